import torch.nn as nn


def conv3x3(inp, out, stride=1):
    return nn.Conv2d(inp, out, 3, stride, 1, bias=False)


class Block(nn.Module):
    def __init__(self, inp, out, stride=1, downsample=None):
        super().__init__()
        self.body = nn.Sequential(
            conv3x3(inp, out, stride),
            nn.BatchNorm2d(out),
            nn.ReLU(inplace=True),
            conv3x3(out, out),
            nn.BatchNorm2d(out),
        )
        self.relu = nn.ReLU(inplace=True)
        self.downsample = downsample

    def forward(self, x):
        identity = x
        if self.downsample is not None:
            identity = self.downsample(x)
        return self.relu(self.body(x) + identity)


class SmallResNet(nn.Module):
    def __init__(self, classes=10):
        super().__init__()
        self.stem = conv3x3(3, 32)
        self.block1 = Block(32, 32)
        # halves the map and doubles the channels
        self.block2 = Block(32, 64, stride=2)
        self.pool = nn.AdaptiveAvgPool2d((1, 1))
        self.fc = nn.Linear(64, classes)

    def forward(self, x):
        x = self.block2(self.block1(self.stem(x)))
        return self.fc(self.pool(x).flatten(1))
