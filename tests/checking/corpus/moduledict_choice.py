import torch.nn as nn


class Net(nn.Module):
    def __init__(self, activation='lrelu', pool='max'):
        super().__init__()
        self.activations = nn.ModuleDict([
            ['lrelu', nn.LeakyReLU()],
            ['prelu', nn.PReLU()]
        ])
        self.pools = nn.ModuleDict({'max': nn.MaxPool2d(2), 'avg': nn.AvgPool2d(2)})
        self.act = activation
        self.pool = pool
        self.conv = nn.Conv2d(1, 12, 5, padding=2)
        self.fc = nn.Linear(12 * 14 * 14, 10)

    def forward(self, x):
        x = self.conv(x)
        x = self.activations[self.act](x)
        x = self.pools[self.pol](x)
        return self.fc(x.view(x.size(0), -1))
