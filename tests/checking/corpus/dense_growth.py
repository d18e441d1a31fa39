import torch
from torch import nn


class DenseBlock(nn.Module):
    def __init__(self, channels, growth, n):
        super().__init__()
        self.layers = nn.ModuleList()
        for i in range(n):
            self.layers.append(nn.Sequential(
                nn.BatchNorm2d(channels + i * growth),
                nn.ReLU(),
                nn.Conv2d(channels + i * growth, growth, 3, padding=1),
            ))
        self.out_channels = channels + n * growth

    def forward(self, x):
        for layer in self.layers:
            x = torch.cat((x, layer(x)), dim=1)
        return x


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 16, 3, padding=1)
        self.dense = DenseBlock(16, 8, 4)
        self.squeeze = nn.Conv2d(40, 32, 1)
        self.head = nn.Linear(32, 10)

    def forward(self, x):
        x = self.squeeze(self.dense(self.stem(x)))
        x = x.mean(dim=[2, 3])
        return self.head(x)


if __name__ == '__main__':
    print(Net()(torch.zeros(2, 3, 32, 32)).shape)
