import torch.nn as nn
import torch.nn.functional as F


class Hourglass(nn.Module):
    def __init__(self, depth=3, f=16):
        super().__init__()
        self.skip = nn.Conv2d(f, f, 1)
        self.inner = Hourglass(depth - 1, f) if depth > 1 else nn.Conv2d(f, f, 3, padding=1)

    def forward(self, x):
        low = F.max_pool2d(x, 2)
        low = self.inner(low)
        return self.skip(x) + F.interpolate(low, scale_factor=2)
