import torch.nn as nn


def block(a, b):
    return nn.Sequential(nn.Conv2d(a, b, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2))


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = block(1, 8)
        self.b = block(8, 16)
        self.c = block(16, 32)
        self.d = block(32, 64)
        self.e = block(64, 64)
        self.fc = nn.Linear(64, 10)

    def forward(self, x):
        for part in (self.a, self.b, self.c, self.d, self.e):
            x = part(x)
        return self.fc(x.view(x.size(0), -1))
