# input: 12x40
import torch
import torch.nn as nn
import torch.nn.functional as F


class Net(nn.Module):
    def __init__(self, channels=12, kernels=[3, 4, 5], filters=8):
        super().__init__()
        self.convs = nn.ModuleList([nn.Conv1d(channels, filters, k) for k in kernels])
        self.dropout = nn.Dropout(0.5)
        self.out = nn.Linear(len(kernels) * filters, 3)

    def forward(self, x):
        pooled = [F.max_pool1d(F.relu(conv(x)), conv(x).size(2)).squeeze(2) for conv in self.convs]
        x = torch.cat(pooled, 1)
        if self.training:
            x = self.dropout(x)
        return self.out(x)
