import torch
import torch.nn as nn


class CausalConv1d(nn.Module):
    def __init__(self, cin, cout, k, dilation):
        super().__init__()
        self.pad = (k - 1) * dilation
        self.conv = nn.Conv1d(cin, cout, k, padding=self.pad, dilation=dilation)

    def forward(self, x):
        return self.conv(x)[:, :, :-self.pad]


class ResidualBlock(nn.Module):
    def __init__(self, channels, skip, dilation):
        super().__init__()
        self.filter = CausalConv1d(channels, channels, 2, dilation)
        self.gate = CausalConv1d(channels, channels, 2, dilation)
        self.res = nn.Conv1d(channels, channels, 1)
        self.skip = nn.Conv1d(channels, skip, 1)

    def forward(self, x):
        z = torch.tanh(self.filter(x)) * torch.sigmoid(self.gate(x))
        return self.res(z) + x, self.skip(z)


class WaveNet(nn.Module):
    def __init__(self, layers=4, stacks=2, channels=16, skip=32, classes=256):
        super().__init__()
        self.start = CausalConv1d(1, channels, 2, 1)
        self.blocks = nn.ModuleList([ResidualBlock(channels, skip, 2 ** i) for _ in range(stacks) for i in range(layers)])
        self.end = nn.Sequential(nn.ReLU(), nn.Conv1d(skip, skip, 1), nn.ReLU(), nn.Conv1d(skip, classes, 1))

    def forward(self, x):
        x = self.start(x)
        total = 0
        for block in self.blocks:
            x, s = block(x)
            total = total + s
        return self.end(total)
