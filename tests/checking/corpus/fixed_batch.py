import torch
import torch.nn as nn

batch_size = 64


class CNN(nn.Module):
    def __init__(self):
        super(CNN, self).__init__()
        self.conv = nn.Conv2d(1, 8, 3, padding=1)
        self.pool = nn.MaxPool2d(4)
        self.fc = nn.Linear(8 * 7 * 7, 10)

    def forward(self, x):
        x = self.pool(torch.relu(self.conv(x)))
        x = x.view(batch_size, -1)
        return self.fc(x)


if __name__ == "__main__":
    net = CNN()
    out = net(torch.randn(batch_size, 1, 28, 28))
