import torch
import torch.nn as nn
import torch.nn.functional as F


class ASPP(nn.Module):
    def __init__(self, cin=16, cout=64):
        super().__init__()
        self.c1 = nn.Conv2d(cin, cout, 1)
        self.c2 = nn.Conv2d(cin, cout, 3, padding=1, dilation=2)
        self.c3 = nn.Conv2d(cin, cout, 3, padding=4, dilation=4)
        self.gap = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Conv2d(cin, cout, 1))
        self.out = nn.Conv2d(4 * cout, cout, 1)

    def forward(self, x):
        size = x.shape[-2:]
        pooled = F.interpolate(self.gap(x), size=size, mode="bilinear", align_corners=False)
        return self.out(torch.cat([self.c1(x), self.c2(x), self.c3(x), pooled], dim=1))
