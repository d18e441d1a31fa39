# input: 6x5
import torch
import torch.nn as nn


class Net(nn.Module):
    def __init__(self, n_in=5, n_hidden=9, n_layers=2):
        super().__init__()
        self.hidden = n_hidden
        self.gru = nn.GRU(n_in, n_hidden, n_layers, batch_first=True, bidirectional=True)
        self.fc = nn.Linear(2 * n_hidden, 4)
        self.cell = nn.GRUCell(4, 4)

    def forward(self, x):
        h = x.new_zeros(4, x.size(0), self.hidden)
        out, h = self.gru(x, h)
        state = torch.zeros(x.size(0), 4)
        steps = []
        for t in range(out.size(1)):
            state = self.cell(self.fc(out[:, t]), state)
            steps.append(state)
        return torch.stack(steps, dim=1)
