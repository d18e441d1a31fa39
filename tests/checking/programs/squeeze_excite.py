# input: 16x9x9
import torch.nn as nn


class SE(nn.Module):
    def __init__(self, channel, reduction=4):
        super().__init__()
        self.avg_pool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Sequential(
            nn.Linear(channel, channel // reduction, bias=False), nn.ReLU(inplace=True),
            nn.Linear(channel // reduction, channel, bias=False), nn.Sigmoid())

    def forward(self, x):
        b, c, _, _ = x.size()
        y = self.avg_pool(x).view(b, c)
        y = self.fc(y).view(b, c, 1, 1)
        return x * y.expand_as(x)


class ConvBNReLU(nn.Sequential):
    def __init__(self, cin, cout, stride=1):
        super().__init__(nn.Conv2d(cin, cout, 3, stride, 1, bias=False), nn.BatchNorm2d(cout), nn.ReLU6())


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = ConvBNReLU(16, 24, 2)
        self.se = SE(24)
        self.last = nn.Linear(24, 7)

    def forward(self, x):
        x = self.se(self.a(x))
        return self.last(x.flatten(2).mean(-1))
