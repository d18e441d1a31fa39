import torch
import torch.nn as nn


class DilatedStack(nn.Module):
    def __init__(self, channels, depth):
        super().__init__()
        self.convs = nn.ModuleList([nn.Conv1d(channels, channels, 2, dilation=2 ** i) for i in range(depth)])

    def forward(self, x):
        skips = []
        for conv in self.convs:
            y = torch.relu(conv(x))
            x = x[..., -y.size(-1):] + y
            skips.append(y)
        target = skips[-1].size(-1)
        return sum(s[..., :target] for s in skips)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.inp = nn.Conv1d(1, 64, 1)
        self.stack = DilatedStack(64, 4)
        self.norm = nn.BatchNorm1d(32)

    def forward(self, x):
        return self.norm(self.stack(self.inp(x)))
