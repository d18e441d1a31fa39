import torch.nn as nn


class GRUNet(nn.Module):
    def __init__(self, n_features=6, n_hidden=32):
        super().__init__()
        self.gru = nn.GRU(n_features, n_hidden, batch_first=True)
        self.linear = nn.Linear(n_hidden, 1)

    def forward(self, x):
        out, (h, c) = self.gru(x)
        return self.linear(out[:, -1])
