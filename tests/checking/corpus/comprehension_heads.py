import torch
import torch.nn as nn


class Ensemble(nn.Module):
    def __init__(self, n_in=50, n_out=4, members=3):
        super().__init__()
        self.members = nn.ModuleList(nn.Sequential(nn.Linear(n_in, h), nn.ReLU(), nn.Linear(h, n_out))
                                     for h in [2 ** k for k in range(4, 4 + members)])
        self.names = {i: f"member{i}" for i in range(members)}

    def forward(self, x):
        return tuple(m(x) for m in self.members)
