import torch
import torch.nn as nn


class Dueling(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Linear(8, 64)
        self.adv = nn.Linear(64, 4)
        self.val = nn.Linear(64, 1)

    def forward(self, x):
        x = torch.relu(self.body(x))
        adv, val = self.adv(x), self.val(x)
        return val + adv - adv.mean(dim=1)
