import torch
import torch.nn as nn
import torch.optim as optim


class FERNet(nn.Module):
    def __init__(self):
        super(FERNet, self).__init__()
        self.conv = nn.Sequential(
            nn.Conv2d(1, 16, 3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(16, 32, 3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
        )
        self.fc = nn.Linear(32 * 12 * 12, 7)

    def forward(self, x):
        x = self.conv(x)
        x = x.view(x.size(0), -1)
        return self.fc(x)


def main():
    net = FERNet()
    criterion = nn.CrossEntropyLoss()
    optimizer = optim.Adam(net.parameters(), lr=1e-3)
    inputs, labels = torch.randn(8, 3, 48, 48), torch.randint(7, (8,))
    loss = criterion(net(inputs), labels)
    loss.backward()
    optimizer.step()


if __name__ == '__main__':
    main()
