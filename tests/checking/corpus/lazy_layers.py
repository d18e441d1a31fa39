import torch
from torch import nn


class Lazy(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(
            nn.LazyConv2d(8, kernel_size=3), nn.LazyBatchNorm2d(), nn.ReLU(), nn.MaxPool2d(2),
            nn.Flatten(), nn.LazyLinear(64), nn.ReLU(), nn.LazyLinear(10),
        )

    def forward(self, x):
        return self.net(x)
