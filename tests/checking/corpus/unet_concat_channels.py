import torch
import torch.nn as nn


class ConvBlock(nn.Module):
    def __init__(self, in_ch, out_ch):
        super(ConvBlock, self).__init__()
        self.conv = nn.Sequential(
            nn.Conv2d(in_ch, out_ch, kernel_size=3, stride=1, padding=1, bias=True),
            nn.BatchNorm2d(out_ch),
            nn.ReLU(inplace=True),
        )

    def forward(self, x):
        return self.conv(x)


class UNet(nn.Module):
    def __init__(self, in_ch=3, out_ch=1, features=(16, 32, 64)):
        super(UNet, self).__init__()
        a, b, c = features
        self.enc1 = ConvBlock(in_ch, a)
        self.enc2 = ConvBlock(a, b)
        self.bottom = ConvBlock(b, c)
        self.pool = nn.MaxPool2d(2)
        self.up2 = nn.ConvTranspose2d(c, b, 2, stride=2)
        self.dec2 = ConvBlock(b, b)
        self.up1 = nn.ConvTranspose2d(b, a, 2, stride=2)
        self.dec1 = ConvBlock(a + a, a)
        self.out = nn.Conv2d(a, out_ch, 1)

    def forward(self, x):
        e1 = self.enc1(x)
        e2 = self.enc2(self.pool(e1))
        bottom = self.bottom(self.pool(e2))
        d2 = self.dec2(torch.cat((self.up2(bottom), e2), dim=1))
        d1 = self.dec1(torch.cat((self.up1(d2), e1), dim=1))
        return torch.sigmoid(self.out(d1))
