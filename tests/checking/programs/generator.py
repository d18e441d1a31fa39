# input: 100
import torch
import torch.nn as nn


class Net(nn.Module):
    def __init__(self, latent_dim=100, img_size=32, channels=3):
        super(Net, self).__init__()
        self.init_size = img_size // 4
        self.l1 = nn.Sequential(nn.Linear(latent_dim, 128 * self.init_size ** 2))
        def block(cin, cout, normalize=True):
            layers = [nn.Upsample(scale_factor=2), nn.Conv2d(cin, cout, 3, stride=1, padding=1)]
            if normalize:
                layers.append(nn.BatchNorm2d(cout, 0.8))
            layers.append(nn.LeakyReLU(0.2, inplace=True))
            return layers
        self.blocks = nn.Sequential(*block(128, 64), *block(64, 32, normalize=False), nn.Conv2d(32, channels, 3, 1, 1), nn.Tanh())

    def forward(self, z):
        out = self.l1(z)
        out = out.view(out.shape[0], 128, self.init_size, self.init_size)
        return self.blocks(out)
