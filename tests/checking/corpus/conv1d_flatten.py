import torch
from torch import nn


class HAR_CNN(nn.Module):
    def __init__(self, n_features=6, n_classes=6):
        super(HAR_CNN, self).__init__()
        self.block1 = nn.Sequential(nn.Conv1d(n_features, 32, kernel_size=8, stride=1), nn.ReLU(), nn.MaxPool1d(2))
        self.block2 = nn.Sequential(nn.Conv1d(32, 64, kernel_size=8), nn.ReLU(), nn.MaxPool1d(2))
        self.dropout = nn.Dropout(p=0.5)
        self.classifier = nn.Linear(64 * 28, n_classes)

    def forward(self, x):
        # x: (batch, channels, time)
        x = self.block1(x)
        x = self.block2(x)
        x = x.reshape(x.shape[0], -1)
        x = self.dropout(x)
        return self.classifier(x)
