import torch
import torch.nn as nn
import torch.nn.functional as F


class Net(nn.Module):
    def __init__(self, channels=[3, 16, 32, 64]):
        super(Net, self).__init__()
        for i in range(1, len(channels)):
            setattr(self, f"conv{i}", nn.Conv2d(channels[i - 1], channels[i], 3, padding=1))
            setattr(self, f"bn{i}", nn.BatchNorm2d(channels[i - 1]))
        self.n = len(channels) - 1
        self.fc = nn.Linear(channels[-1], 10)

    def forward(self, x):
        for i in range(1, self.n + 1):
            x = getattr(self, f"conv{i}")(x)
            x = F.relu(getattr(self, f"bn{i}")(x))
            x = F.max_pool2d(x, 2)
        return self.fc(F.adaptive_avg_pool2d(x, 1).flatten(1))
