import torch
from torch import nn


class Net(nn.Sequential):
    def __init__(self, widths=(16, 32, 8, 3)):
        modules = []
        for i, (a, b) in enumerate(zip(widths, widths[1:])):
            modules.append(nn.Linear(a, b))
            if i < len(widths) - 2:
                modules.extend([nn.BatchNorm1d(b), nn.ReLU()])
        super().__init__(*modules)


net = Net()
print(net(torch.rand(5, 16)))
