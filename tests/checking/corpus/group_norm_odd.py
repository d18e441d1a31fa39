import torch.nn as nn


class Lung3D(nn.Module):
    def __init__(self, channels=12):
        super().__init__()
        self.conv1 = nn.Conv3d(1, channels, 3, padding=1)
        self.norm1 = nn.GroupNorm(8, channels)
        self.conv2 = nn.Conv3d(channels, channels * 2, 3, stride=2, padding=1)
        self.norm2 = nn.GroupNorm(8, channels * 2)
        self.act = nn.ReLU()
        self.pool = nn.AdaptiveAvgPool3d(1)
        self.fc = nn.Linear(channels * 2, 2)

    def forward(self, x):
        x = self.act(self.norm1(self.conv1(x)))
        x = self.act(self.norm2(self.conv2(x)))
        return self.fc(self.pool(x).flatten(1))
