import torch
import torch.nn as nn


class BilinearScore(nn.Module):
    def __init__(self, d=16):
        super().__init__()
        self.W = nn.Parameter(torch.empty(d, d))
        nn.init.xavier_uniform_(self.W)

    def forward(self, a, b):
        return torch.einsum("bid,de,bje->bij", a, self.W, b)
