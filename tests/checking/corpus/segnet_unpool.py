import torch
import torch.nn as nn
import torch.nn.functional as F


class SegNet(nn.Module):
    def __init__(self, classes=4):
        super(SegNet, self).__init__()
        self.enc1 = nn.Conv2d(3, 16, 3, padding=1)
        self.enc2 = nn.Conv2d(16, 32, 3, padding=1)
        self.dec2 = nn.Conv2d(32, 16, 3, padding=1)
        self.dec1 = nn.Conv2d(16, classes, 3, padding=1)
        self.pool = nn.MaxPool2d(2, 2, return_indices=True)
        self.unpool = nn.MaxUnpool2d(2, 2)

    def forward(self, x):
        x = F.relu(self.enc1(x))
        x, id1 = self.pool(x)
        x = F.relu(self.enc2(x))
        x, id2 = self.pool(x)
        x = self.unpool(x, id2)
        x = F.relu(self.dec2(x))
        x = self.unpool(x, id1)
        return self.dec1(x)
