import torch
import torch.nn as nn
import torch.nn.functional as F


class UNetValid(nn.Module):
    """As in the paper: no padding, so the skips are cropped."""

    def __init__(self, wf=4):
        super(UNetValid, self).__init__()
        self.enc1 = self.block(1, 2 ** wf)
        self.enc2 = self.block(2 ** wf, 2 ** (wf + 1))
        self.bottom = self.block(2 ** (wf + 1), 2 ** (wf + 2))
        self.up2 = nn.ConvTranspose2d(2 ** (wf + 2), 2 ** (wf + 1), 2, 2)
        self.dec2 = self.block(2 ** (wf + 2), 2 ** (wf + 1))
        self.up1 = nn.ConvTranspose2d(2 ** (wf + 1), 2 ** wf, 2, 2)
        self.dec1 = self.block(2 ** (wf + 1), 2 ** wf)
        self.last = nn.Conv2d(2 ** wf, 2, kernel_size=1)

    @staticmethod
    def block(inp, out):
        return nn.Sequential(nn.Conv2d(inp, out, 3), nn.ReLU(), nn.Conv2d(out, out, 3), nn.ReLU())

    def center_crop(self, layer, target_size):
        _, _, layer_height, layer_width = layer.size()
        diff_y = (layer_height - target_size[0]) // 2
        diff_x = (layer_width - target_size[1]) // 2
        return layer[:, :, diff_y:(diff_y + target_size[0]), diff_x:(diff_x + target_size[1])]

    def forward(self, x):
        e1 = self.enc1(x)
        e2 = self.enc2(F.max_pool2d(e1, 2))
        b = self.bottom(F.max_pool2d(e2, 2))
        u2 = self.up2(b)
        d2 = self.dec2(torch.cat([u2, self.center_crop(e2, u2.shape[2:])], 1))
        u1 = self.up1(d2)
        d1 = self.dec1(torch.cat([u1, self.center_crop(e1, u1.shape[2:])], 1))
        return self.last(d1)
