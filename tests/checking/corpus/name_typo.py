import torch
import torch.nn as nn


class Net(nn.Module):
    def __init__(self, in_dim=10, n_hidden_1=20, out_dim=2):
        super(Net, self).__init__()
        self.layer1 = nn.Linear(in_dim, n_hidden_1)
        self.layer2 = nn.Linear(n_hiden_1, out_dim)

    def forward(self, x):
        x = self.layer1(x)
        x = self.layer2(x)
        return x
