import torch
import torch.nn as nn


class RNN(nn.Module):
    def __init__(self, input_size=57, hidden_size=128, output_size=18):
        super().__init__()
        self.i2h = nn.Linear(input_size + hidden_size, hidden_size)
        self.h2o = nn.Linear(input_size, output_size)

    def forward(self, x, hidden):
        hidden = torch.tanh(self.i2h(torch.cat([x, hidden], dim=1)))
        return self.h2o(hidden), hidden


net = RNN()
x, h = torch.zeros(3, 57), torch.zeros(3, 128)
out, h = net(x, h)
