import torch
import torch.nn as nn


class CatDog(nn.Module):
    def __init__(self):
        super(CatDog, self).__init__()
        self.features = nn.Sequential(nn.Conv2d(3, 16, 3, 1, 1), nn.ReLU(), nn.MaxPool2d(2),
                                      nn.Conv2d(16, 32, 3, 1, 1), nn.ReLU(), nn.MaxPool2d(2))
        self.classifier = nn.Sequential(nn.Linear(2048, 64), nn.ReLU(), nn.Linear(64, 2))

    def forward(self, x):
        x = self.features(x)
        return self.classifier(x)
