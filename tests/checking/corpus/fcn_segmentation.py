import torch
import torch.nn as nn


class FCN8s(nn.Module):
    def __init__(self, n_class=21):
        super().__init__()
        self.relu = nn.ReLU(inplace=True)
        self.pool3 = nn.Sequential(nn.Conv2d(3, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(8))
        self.pool4 = nn.Sequential(nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2))
        self.deconv1 = nn.ConvTranspose2d(32, 16, kernel_size=3, stride=2, padding=1, dilation=1, output_padding=1)
        self.bn1 = nn.BatchNorm2d(16)
        self.deconv2 = nn.ConvTranspose2d(16, 16, kernel_size=8, stride=8)
        self.classifier = nn.Conv2d(16, n_class, kernel_size=1)

    def forward(self, x):
        x3 = self.pool3(x)
        x4 = self.pool4(x3)
        score = self.relu(self.deconv1(x4))
        score = self.bn1(score + x3)
        score = self.deconv2(score)
        return self.classifier(score)
