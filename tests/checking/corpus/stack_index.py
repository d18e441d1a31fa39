import torch
import torch.nn as nn


class Deep(nn.Module):
    def __init__(self, depth=3):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(32, 32) for _ in range(depth)])
        self.last = nn.Linear(32, 5)

    def forward(self, x):
        for i in range(len(self.layers) + 1):
            x = torch.relu(self.layers[i](x))
        return self.last(x)
