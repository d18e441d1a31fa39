import torch.nn as nn
import torch.nn.functional as F


class IrisNet(nn.Module):
    def __init__(self, n_hidden=16):
        self.fc1 = nn.Linear(4, n_hidden)
        self.fc2 = nn.Linear(n_hidden, 3)

    def forward(self, x):
        return self.fc2(F.relu(self.fc1(x)))
