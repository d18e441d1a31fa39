import torch
import torch.nn as nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("mean", torch.tensor([0.5, 0.5, 0.5]).view(3, 1))
        self.fc = nn.Linear(784, 10)

    def forward(self, x):
        x = x.flatten(1) - self.mean
        return self.fc(x)
