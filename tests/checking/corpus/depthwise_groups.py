import torch
import torch.nn as nn


class SeparableConv2d(nn.Module):
    def __init__(self, in_channels, out_channels, stride=1):
        super().__init__()
        self.depthwise = nn.Conv2d(in_channels, in_channels, 3, stride, 1, groups=in_channels)
        self.pointwise = nn.Conv2d(in_channels, out_channels, 1)

    def forward(self, x):
        return self.pointwise(self.depthwise(x))


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = SeparableConv2d(3, 32, stride=2)
        self.grouped = nn.Conv2d(32, 64, 3, padding=1, groups=3)
        self.bn = nn.BatchNorm2d(64)

    def forward(self, x):
        return torch.relu(self.bn(self.grouped(self.stem(x))))
