import torch
import torch.nn as nn


def window_partition(x, window_size):
    B, H, W, C = x.shape
    x = x.view(B, H // window_size, window_size, W // window_size, window_size, C)
    windows = x.permute(0, 1, 3, 2, 4, 5).contiguous().view(-1, window_size, window_size, C)
    return windows


def window_reverse(windows, window_size, H, W):
    B = int(windows.shape[0] / (H * W / window_size / window_size))
    x = windows.view(B, H // window_size, W // window_size, window_size, window_size, -1)
    x = x.permute(0, 1, 3, 2, 4, 5).contiguous().view(B, H, W, -1)
    return x


class WindowBlock(nn.Module):
    def __init__(self, dim=24, window_size=4, shift=2):
        super().__init__()
        self.window_size = window_size
        self.shift = shift
        self.norm = nn.LayerNorm(dim)
        self.attn = nn.MultiheadAttention(dim, 3, batch_first=True)

    def forward(self, x):
        B, H, W, C = x.shape
        shortcut = x
        x = torch.roll(self.norm(x), shifts=(-self.shift, -self.shift), dims=(1, 2))
        win = window_partition(x, self.window_size).view(-1, self.window_size * self.window_size, C)
        win, _ = self.attn(win, win, win)
        win = win.view(-1, self.window_size, self.window_size, C)
        x = window_reverse(win, self.window_size, H, W)
        x = torch.roll(x, shifts=(self.shift, self.shift), dims=(1, 2))
        return shortcut + x
