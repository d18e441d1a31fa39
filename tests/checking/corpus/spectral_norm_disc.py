import torch
from torch import nn
from torch.nn.utils import spectral_norm


class SNDiscriminator(nn.Module):
    def __init__(self, ch=16):
        super().__init__()
        self.net = nn.Sequential(
            spectral_norm(nn.Conv2d(3, ch, 4, 2, 1)), nn.LeakyReLU(0.1),
            spectral_norm(nn.Conv2d(ch, ch * 2, 4, 2, 1)), nn.LeakyReLU(0.1),
        )
        self.fc = spectral_norm(nn.Linear(ch * 2 * 8 * 8, 1))

    def forward(self, x):
        h = self.net(x)
        return self.fc(h.view(h.size(0), -1)).squeeze(1)
