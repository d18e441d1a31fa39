import torch
import torch.nn as nn


class Score(nn.Module):
    def __init__(self, d=16):
        super().__init__()
        self.W = nn.Parameter(torch.empty(d, d))

    def forward(self, a, b):
        return torch.einsum("bid,de,bej->bij", a, self.W, b)


s = Score()
s(torch.zeros(2, 10, 16), torch.zeros(2, 8, 16))
