# input: 1x32x100
import torch
import torch.nn as nn
import torch.nn.functional as F


class Net(nn.Module):
    def __init__(self, n=37, hidden=256):
        super().__init__()
        self.cnn = nn.Sequential(nn.Conv2d(1, 64, 3, 1, 1), nn.ReLU(True), nn.MaxPool2d(2, 2), nn.Conv2d(64, 128, 3, 1, 1), nn.MaxPool2d(2,2), nn.AdaptiveAvgPool2d((1, None)))
        self.rnn = nn.LSTM(128, hidden, bidirectional=True)
        self.emb = nn.Linear(hidden*2, n)
    def forward(self, x):
        c = self.cnn(x)
        b, ch, h, w = c.size()
        assert h == 1, "h"
        c = c.squeeze(2).permute(2, 0, 1)
        r, _ = self.rnn(c)
        T, b, h = r.size()
        t = r.view(T*b, h)
        o = self.emb(t)
        return o.view(T, b, -1)
