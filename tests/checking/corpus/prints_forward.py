import torch
import torch.nn as nn


class DebugNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 8, 3)
        self.conv2 = nn.Conv2d(8, 16, 3, stride=2)
        self.fc = nn.Linear(16 * 14 * 14, 10)
        print("layers:", len(list(self.children())))

    def forward(self, x):
        print('input', x.shape)
        x = self.conv1(x); print(f"conv1 -> {tuple(x.shape)}")
        x = self.conv2(x)
        print("conv2 ->", x.size(), x.dtype, x.device)
        # print(x.mean())
        x = x.view(-1, x.size(1) * x.size(2) * x.size(3))
        print('flat: %s' % str(list(x.shape)))
        return self.fc(x)
