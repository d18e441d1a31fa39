# -*- coding: utf-8 -*-
import torch
import torch.nn as nn  # 导入神经网络模块


class CNN(nn.Module):
    """卷积神经网络:两个卷积层,一个全连接层"""

    def __init__(self):
        super(CNN, self).__init__()
        self.conv1 = nn.Sequential(   # 输入 (1, 28, 28)
            nn.Conv2d(in_channels=1, out_channels=16, kernel_size=5, stride=1, padding=2),
            nn.ReLU(),                # 激活函数
            nn.MaxPool2d(kernel_size=2),
        )                             # 输出 (16, 14, 14)
        self.conv2 = nn.Sequential(nn.Conv2d(16, 32, 5, 1, 2), nn.ReLU(), nn.MaxPool2d(2))
        self.out = nn.Linear(32 * 7 * 7, 10)

    def forward(self, x):
        x = self.conv1(x)
        x = self.conv2(x)
        x = x.view(x.size(0), -1)   # 展平成 (batch_size, 32 * 7 * 7)
        输出 = self.out(x)
        return 输出
