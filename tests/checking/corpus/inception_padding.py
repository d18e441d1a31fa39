import torch
import torch.nn as nn


class InceptionA(nn.Module):
    def __init__(self, in_channels=64):
        super(InceptionA, self).__init__()
        self.b1 = nn.Conv2d(in_channels, 24, 1)
        self.b5_1 = nn.Conv2d(in_channels, 16, 1)
        self.b5_2 = nn.Conv2d(16, 24, 5, padding=1)
        self.b3_1 = nn.Conv2d(in_channels, 16, 1)
        self.b3_2 = nn.Conv2d(16, 24, 3, padding=1)
        self.pool = nn.AvgPool2d(3, stride=1, padding=1)
        self.bp = nn.Conv2d(in_channels, 24, 1)

    def forward(self, x):
        branch1 = self.b1(x)
        branch5 = self.b5_2(self.b5_1(x))
        branch3 = self.b3_2(self.b3_1(x))
        branch_pool = self.bp(self.pool(x))
        return torch.cat([branch1, branch5, branch3, branch_pool], dim=1)
