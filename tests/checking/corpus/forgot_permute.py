import torch
import torch.nn as nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv1d(12, 8, 3, padding=1)

    def forward(self, x):
        # time first, channels last
        return self.conv(x)
