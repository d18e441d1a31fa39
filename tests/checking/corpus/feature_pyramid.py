import torch
import torch.nn as nn
import torch.nn.functional as F


class FPN(nn.Module):
    def __init__(self, widths=(16, 32, 64), out=32):
        super().__init__()
        self.stem = nn.Conv2d(3, widths[0], 4, stride=4)
        self.down1 = nn.Conv2d(widths[0], widths[1], 3, 2, 1)
        self.down2 = nn.Conv2d(widths[1], widths[2], 3, 2, 1)
        self.lateral = nn.ModuleList([nn.Conv2d(w, out, 1) for w in widths])
        self.smooth = nn.ModuleList([nn.Conv2d(out, out, 3, padding=1) for _ in widths])

    def _upsample_add(self, x, y):
        _, _, H, W = y.size()
        return F.interpolate(x, size=(H, W), mode='nearest') + y

    def forward(self, x):
        c3 = F.relu(self.stem(x))
        c4 = F.relu(self.down1(c3))
        c5 = F.relu(self.down2(c4))
        p5 = self.lateral[2](c5)
        p4 = self._upsample_add(p5, self.lateral[1](c4))
        p3 = self._upsample_add(p4, self.lateral[0](c3))
        return [s(p) for s, p in zip(self.smooth, (p3, p4, p5))]
