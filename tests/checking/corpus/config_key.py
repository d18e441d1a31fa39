import torch.nn as nn

params = dict(n_in=20, n_hidden=50, n_out=3, lr=0.001)


class MLP(nn.Module):
    def __init__(self, p=params):
        super(MLP, self).__init__()
        self.l1 = nn.Linear(p['n_in'], p['n_hidden'])
        self.l2 = nn.Linear(p['n_hiden'], p['n_out'])
        self.act = nn.Tanh()

    def forward(self, x):
        return self.l2(self.act(self.l1(x)))
