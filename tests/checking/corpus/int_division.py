import torch
import torch.nn as nn


class HeadSplit(nn.Module):
    def __init__(self, dim=16, heads=4):
        super().__init__()
        self.heads = heads
        self.head_dim = dim / heads
        self.proj = nn.Linear(dim, dim)

    def forward(self, x):
        b, t, d = x.shape
        x = self.proj(x).view(b, t, self.heads, self.head_dim)
        return x.flatten(2)
