import torch
import torch.nn as nn


class SE(nn.Module):
    def __init__(self, ch, r=4):
        super().__init__()
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.fc1 = nn.Linear(ch, ch // r)
        self.fc2 = nn.Linear(ch // r, ch)

    def forward(self, x):
        s = self.pool(x).flatten(1)
        s = torch.sigmoid(self.fc2(torch.relu(self.fc1(s))))
        return x * s


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 32, 3, padding=1)
        self.se = SE(32)

    def forward(self, x):
        return self.se(self.conv(x))
