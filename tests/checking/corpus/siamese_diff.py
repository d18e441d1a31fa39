import torch
import torch.nn as nn
import torch.nn.functional as F


class Twin(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 16, 7)
        self.conv2 = nn.Conv2d(16, 32, 5)
        self.conv3 = nn.Conv2d(32, 32, 5)
        self.fc = nn.Linear(32 * 5 * 5, 128)
        self.out = nn.Linear(128, 1)

    def embed(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = F.max_pool2d(F.relu(self.conv3(x)), 2)
        x = torch.flatten(x, start_dim=1)
        return torch.sigmoid(self.fc(x))

    def forward(self, left, right):
        distance = torch.abs(self.embed(left) - self.embed(right))
        return self.out(distance)


left = torch.rand(4, 3, 64, 64)
right = torch.rand(4, 3, 64, 64)
print(Twin()(left, right).shape)
