import torch
from torch import nn


class Block(nn.Module):
    def __init__(self, dim=24):
        super().__init__()
        self.conv = nn.Conv2d(dim, dim, 3, padding=1)
        self.norm = nn.LayerNorm(dim)
        self.act = nn.GELU()

    def forward(self, x):
        y = self.conv(x)
        y = self.norm(y)
        return x + self.act(y)
