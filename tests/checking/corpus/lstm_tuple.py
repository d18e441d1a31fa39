import torch.nn as nn


class Forecast(nn.Module):
    def __init__(self, n_features=6, n_hidden=32):
        super().__init__()
        self.lstm = nn.LSTM(n_features, n_hidden, batch_first=True)
        self.linear = nn.Linear(n_hidden, 1)

    def forward(self, x):
        x = self.lstm(x)
        x = self.linear(x[:, -1, :])
        return x
