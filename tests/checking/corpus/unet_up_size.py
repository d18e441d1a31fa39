import torch
from torch import nn
import torch.nn.functional as F


class UNetSmall(nn.Module):
    def __init__(self):
        super().__init__()
        self.c1 = nn.Conv2d(1, 8, 3, padding=1)
        self.c2 = nn.Conv2d(8, 16, 3, padding=1)
        self.c3 = nn.Conv2d(16, 32, 3, padding=1)
        self.u2 = nn.ConvTranspose2d(32, 16, kernel_size=3, stride=2, padding=1)
        self.u1 = nn.ConvTranspose2d(32, 8, kernel_size=2, stride=2)
        self.last = nn.Conv2d(16, 1, 1)

    def forward(self, x):
        x1 = F.relu(self.c1(x))
        x2 = F.relu(self.c2(F.max_pool2d(x1, 2)))
        x3 = F.relu(self.c3(F.max_pool2d(x2, 2)))
        y = torch.cat([self.u2(x3), x2], 1)
        y = torch.cat([self.u1(y), x1], 1)
        return self.last(y)
