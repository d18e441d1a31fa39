import torch
import torch.nn as nn


class Decoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.up1 = nn.ConvTranspose2d(8, 16, 4, 2, 1)
        self.up2 = nn.ConvTranspose2d(16, 3, 4, 2, 0)

    def forward(self, z):
        x = torch.relu(self.up1(z))
        x = torch.sigmoid(self.up2(x))
        return x.view(-1, 3, 32, 32)
