import torch
import torch.nn as nn


class ASPP(nn.Module):
    def __init__(self, cin=16, rates=(1, 2, 4)):
        super().__init__()
        self.branches = nn.ModuleList([nn.Conv2d(cin, 8, 3, padding=r, dilation=r) for r in rates])
        self.project = nn.Conv2d(8 * 4, 32, 1)

    def forward(self, x):
        return self.project(torch.cat([b(x) for b in self.branches], dim=1))
