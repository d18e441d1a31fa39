import torch
import torch.nn as nn


class Base(nn.Module):
    channels = 8

    def __init__(self, z_dim=16):
        super(Base, self).__init__()
        self.z_dim = z_dim
        self.net = self.build()

    def build(self):
        raise NotImplementedError

    def forward(self, x):
        return self.net(x)


class Encoder(Base):
    def build(self):
        return nn.Sequential(nn.Flatten(), nn.Linear(1024, self.z_dim))


class DeepEncoder(Base):
    channels = 12

    def build(self):
        c = self.channels
        return nn.Sequential(nn.Conv2d(1, c, 4, 2, 1), nn.ELU(), nn.Conv2d(c, 2 * c, 4, 2, 1), nn.ELU(), nn.Flatten(),
                             nn.Linear(2 * c * 8 * 8, self.z_dim))
