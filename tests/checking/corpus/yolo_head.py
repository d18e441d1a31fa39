import torch
import torch.nn as nn


class YoloHead(nn.Module):
    def __init__(self, num_anchors=3, num_classes=20):
        super().__init__()
        self.na, self.no = num_anchors, num_classes + 5
        layers = []
        for i, o in [(3, 16), (16, 32), (32, 64)]:
            layers += [nn.Conv2d(i, o, 3, 2, 1, bias=False), nn.BatchNorm2d(o), nn.LeakyReLU(0.1, inplace=True)]
        self.backbone = nn.Sequential(*layers)
        self.pred = nn.Conv2d(64, self.na * num_classes, 1)

    def forward(self, x):
        x = self.pred(self.backbone(x))
        bs, _, ny, nx = x.shape
        return x.view(bs, self.na, self.no, ny, nx).permute(0, 1, 3, 4, 2).contiguous()
