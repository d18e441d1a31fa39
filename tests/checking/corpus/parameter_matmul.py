import torch
import torch.nn as nn


class Factorized(nn.Module):
    def __init__(self, n_in=30, rank=5, n_out=8):
        super().__init__()
        self.u = nn.Parameter(torch.randn(n_in, rank))
        self.v = nn.Parameter(torch.randn(n_out, rank))
        self.b = nn.Parameter(torch.zeros(n_out))

    def forward(self, x):
        return x @ self.u @ self.v + self.b
