import torch
from torch import nn


class MultiTask(nn.Module):
    def __init__(self, in_dim=40, hidden=64):
        super().__init__()
        self.trunk = nn.Sequential(nn.Linear(in_dim, hidden), nn.ReLU(), nn.Dropout(0.3))
        self.heads = nn.ModuleDict({
            'age': nn.Linear(hidden, 1),
            'emotion': nn.Linear(hidden, 7),
            'pose': nn.Linear(hidden, 3),
        })

    def forward(self, x):
        h = self.trunk(x)
        return {name: head(h) for name, head in self.heads.items()}
