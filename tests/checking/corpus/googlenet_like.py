import torch
import torch.nn as nn


class Branchy(nn.Module):
    def __init__(self, n_in, n1, n3, n5):
        super().__init__()
        self.c1 = nn.Conv2d(n_in, n1, 1)
        self.c3 = nn.Conv2d(n_in, n3, 3, padding=1)
        self.c5 = nn.Conv2d(n_in, n5, 5, padding=2)
        self.pool = nn.MaxPool2d(3, 1, 1)

    def forward(self, x):
        return torch.cat([self.c1(x), self.c3(x), self.c5(x), self.pool(x)], dim=1)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 16, 7, 2, 3), nn.ReLU(), nn.MaxPool2d(3, 2, 1))
        self.a = Branchy(16, 8, 16, 8)
        self.b = Branchy(32, 16, 32, 16)
        self.fc = nn.Linear(112, 10)

    def forward(self, x):
        x = self.stem(x)
        x = torch.relu(self.a(x))
        x = torch.relu(self.b(x))
        x = x.mean(3).mean(2)
        return self.fc(x)
