import torch.nn as nn


class Tabular(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(100, 64)
        self.bn1 = nn.BatchNorm2d(64)
        self.fc2 = nn.Linear(64, 10)

    def forward(self, x):
        x = self.bn1(self.fc1(x)).relu()
        return self.fc2(x)
