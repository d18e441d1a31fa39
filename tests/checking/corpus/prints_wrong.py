import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super(Net, self).__init__()
        self.c1 = nn.Conv2d(3, 10, 3, 2)
        self.c2 = nn.Conv2d(10, 20, 3, 2)
        self.l1 = nn.Linear(20*14*14, 2)

    def forward(self, x):
        print("x", x.shape)
        x = self.c1(x).relu()
        print("after c1", x.shape)   # should be 31
        x = self.c2(x).relu()
        print("after c2", x.shape)   # should be 14
        x = x.view(x.shape[0], -1)
        return self.l1(x)
