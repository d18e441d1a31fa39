import torch
import torch.nn as nn


class VNetBlock(nn.Module):
    def __init__(self, cin, cout):
        super().__init__()
        self.op = nn.Sequential(nn.Conv3d(cin, cout, 5, padding=2), nn.GroupNorm(4, cout), nn.PReLU(cout))

    def forward(self, x):
        return self.op(x)


class VNet(nn.Module):
    def __init__(self, width=8):
        super().__init__()
        self.a = VNetBlock(1, width)
        self.down = nn.Conv3d(width, width * 2, 2, stride=2)
        self.b = VNetBlock(width * 2, width * 2)
        self.up = nn.ConvTranspose3d(width * 2, width, 2, stride=2)
        self.c = VNetBlock(width * 2, width)
        self.last = nn.Conv3d(width, 1, 1)

    def forward(self, x):
        a = self.a(x)
        b = self.b(self.down(a))
        x = torch.cat([a, self.up(b)], dim=1)
        return torch.sigmoid(self.last(self.c(x)))
