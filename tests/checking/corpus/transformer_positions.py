import torch
import torch.nn as nn


class LearnedPositions(nn.Module):
    def __init__(self, length, dim):
        super().__init__()
        self.table = nn.Parameter(torch.randn(1, length, dim) * 0.02)

    def forward(self, x):
        return x + self.table


class Encoder(nn.Module):
    def __init__(self, dim=48, max_len=30):
        super().__init__()
        self.pos = LearnedPositions(max_len, dim)
        self.attn = nn.MultiheadAttention(dim, 4, batch_first=True)
        self.norm = nn.LayerNorm(dim)

    def forward(self, x):
        x = self.pos(x)
        y, _ = self.attn(x, x, x)
        return self.norm(x + y)
