# input: 3x10x12
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self, upscale: int = 2) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 16, (5, 5), (1, 1), (2, 2))
        self.conv2 = nn.Conv2d(16, 3 * upscale**2, 3, padding="same")
        self.shuffle = nn.PixelShuffle(upscale)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        low = torch.tanh(self.conv1(x))
        assert low.shape[2:] == x.shape[2:], f"{low.shape}"
        return self.shuffle(self.conv2(low)) + nn.functional.interpolate(x, scale_factor=2, mode="nearest")
