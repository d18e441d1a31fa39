import torch
from torch import nn


class Backbone(nn.Module):
    def __init__(self, width=16):
        super().__init__()
        self._width = width
        self.conv = nn.Conv2d(3, width, 3, 2, 1)

    @property
    def out_features(self):
        return self._width * 4

    def forward(self, x):
        return nn.functional.adaptive_max_pool2d(self.conv(x), 2).flatten(1)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.backbone = Backbone()
        self.head = nn.Linear(self.backbone.out_features, 11)

    @classmethod
    def default(cls):
        return cls()

    def forward(self, x):
        return self.head(self.backbone(x))
