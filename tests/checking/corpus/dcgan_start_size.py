import torch
import torch.nn as nn


class Generator(nn.Module):
    def __init__(self, z=100, width=32):
        super(Generator, self).__init__()
        self.width = width
        self.project = nn.Linear(z, width * 4 * 7 * 7)
        self.deconv = nn.Sequential(
            nn.BatchNorm2d(width * 4),
            nn.ConvTranspose2d(width * 4, width * 2, kernel_size=4, stride=2, padding=1),
            nn.BatchNorm2d(width * 2),
            nn.ReLU(True),
            nn.ConvTranspose2d(width * 2, 1, kernel_size=4, stride=2, padding=1),
            nn.Tanh(),
        )

    def forward(self, z):
        x = self.project(z)
        x = x.view(x.size(0), self.width * 4, 8, 8)
        return self.deconv(x)


G = Generator()
noise = torch.randn(2, 100)
