import torch
import torch.nn as nn


class CSP(nn.Module):
    def __init__(self, c=32):
        super().__init__()
        self.conv = nn.Conv2d(c // 2, c // 2, 3, padding=1)
        self.merge = nn.Conv2d(c, c, 1)

    def forward(self, x):
        a, b = x.chunk(2, dim=1)
        return self.merge(torch.cat([a, self.conv(b)], 1))
