import torch
from torch import nn
from einops import rearrange


class Mixer(nn.Module):
    def __init__(self, tokens=10, dim=24):
        super().__init__()
        self.token_mix = nn.Linear(tokens, tokens)
        self.norm = nn.LayerNorm(dim)

    def forward(self, x):
        y = rearrange(self.norm(x), 'b t d -> b d k')
        y = self.token_mix(y)
        return y
