import torch
import torch.nn as nn
from einops import rearrange


class Patches(nn.Module):
    def __init__(self, patch=4, dim=32):
        super().__init__()
        self.patch = patch
        self.proj = nn.Linear(3 * patch * patch, dim)

    def forward(self, img):
        p = self.patch
        x = rearrange(img, 'b c (h p) (w q) -> b (h w) (p q c)', p=p, q=p)
        x = self.proj(x)
        x = rearrange(x, 'b (h w) d -> b d h w', h=p, w=p)
        return x.flatten(2).transpose(1, 2)
