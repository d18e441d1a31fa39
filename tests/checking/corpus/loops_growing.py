import torch
import torch.nn as nn


class Pyramid(nn.Module):
    def __init__(self, depth=4, width=8):
        super().__init__()
        convs = []
        ch = 3
        for level in range(depth):
            convs.append(nn.Conv2d(ch, width * 2 ** (level + 1), 3, stride=2, padding=1))
            ch = width * 2 ** (level + 1)
        self.convs = nn.ModuleList(convs)

    def forward(self, x):
        i = 0
        while i < len(self.convs):
            x = self.convs[i](x)
            x = x.clamp(min=0)
            i += 1
        return x
