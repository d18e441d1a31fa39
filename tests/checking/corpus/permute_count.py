import torch
import torch.nn as nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv1d(12, 8, 3, padding=1)

    def forward(self, x):
        x = x.permute(0, 2, 1, 3)
        return self.conv(x)
