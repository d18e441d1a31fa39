import torch
import torch.nn as nn


class Net(nn.Module):
    def __init__(self, widths=(8, 16, 32)):
        super().__init__()
        self.downs = nn.ModuleList()
        last = 1
        for w in widths:
            self.downs.append(nn.Conv2d(last, w, 3, padding=1))
            last = w
        self.pool = nn.MaxPool2d(2)
        self.mid = nn.Conv2d(last, last, 3, padding=1)
        self.ups = nn.ModuleList(nn.Upsample(scale_factor=2) for _ in widths)
        self.convs = nn.ModuleList([nn.Conv2d(32 + 32, 16, 3, padding=1), nn.Conv2d(16 + 16, 8, 3, padding=1),
                                    nn.Conv2d(8 + 8, 1, 3, padding=1)])

    def forward(self, x):
        skips = []
        for d in self.downs:
            x = torch.relu(d(x))
            skips.append(x)
            x = self.pool(x)
        x = self.mid(x)
        for up, conv, skip in zip(self.ups, self.convs, skips):
            x = conv(torch.cat([up(x), skip], dim=1))
        return x
