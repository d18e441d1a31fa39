from types import SimpleNamespace
import torch
import torch.nn as nn

hp = SimpleNamespace(width=16, levels=3, classes=5, act=nn.LeakyReLU)


class Net(nn.Module):
    def __init__(self, hp=hp):
        super().__init__()
        self.convs = nn.ModuleList()
        c = 3
        for k in range(hp.levels):
            self.convs.append(nn.Conv2d(c, hp.width << k, 3, padding=1))
            c = hp.width << k
        self.act = hp.act(0.1)
        self.pool = nn.AvgPool2d(2)
        self.fc = nn.Linear(hp.width << hp.levels, hp.classes)

    def forward(self, x):
        for conv in self.convs:
            x = self.pool(self.act(conv(x)))
        return self.fc(x.mean(dim=(2, 3)))
