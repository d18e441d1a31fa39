import torch
import torch.nn as nn


class 网络(nn.Module):
    def __init__(self):
        super().__init__()
        self.卷积 = nn.Conv2d(3, 16, 3); 说明 = "第一层"; self.归一 = nn.BatchNorm2d(32)
        self.fc = nn.Linear(16, 10)

    def forward(self, x):
        x = self.归一(self.卷积(x))  # 归一化
        return self.fc(x.mean([2, 3]))
