# input: 7x10
import torch
import torch.nn as nn
import torch.nn.functional as F


class Net(nn.Module):
    def __init__(self, input_size=10, hidden=20):
        super().__init__()
        self.hidden=hidden
        self.lstm = nn.LSTM(input_size, hidden, 2, batch_first=True)
        self.fc = nn.Linear(hidden, 1)
    def forward(self, x):
        h0 = torch.zeros(2, x.size(0), self.hidden).to(x.device)
        c0 = torch.zeros(2, x.size(0), self.hidden).to(x.device)
        out, (hn, cn) = self.lstm(x, (h0, c0))
        return self.fc(out[:, -1, :])
