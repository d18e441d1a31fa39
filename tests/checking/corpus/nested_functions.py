import torch
import torch.nn as nn


class Net(nn.Module):
    def __init__(self, hidden=(128, 64)):
        super().__init__()
        sizes = (28 * 28, *hidden, 10)

        def make(i):
            a, b = sizes[i], sizes[i + 1]
            lin = nn.Linear(a, b)
            return nn.Sequential(lin, nn.ReLU()) if i + 2 < len(sizes) else lin

        self.layers = nn.Sequential(*(make(i) for i in range(len(sizes) - 1)))

    def forward(self, x):
        return self.layers(x.reshape(len(x), -1))
