import torch
import torch.nn as nn


class DriveNet(nn.Module):
    """Finds the size of the flattened features by running a dummy image."""

    def __init__(self, input_shape=(3, 60, 80)):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 24, 5, stride=2), nn.ELU(),
            nn.Conv2d(24, 36, 5, stride=2), nn.ELU(),
            nn.Conv2d(36, 48, 5, stride=2), nn.ELU(),
            nn.Dropout(0.4),
        )
        with torch.no_grad():
            dummy = torch.zeros(1, *input_shape)
            n = self.features(dummy).numel()
        self.fc = nn.Sequential(nn.Linear(n, 50), nn.ELU(), nn.Linear(50, 3))

    def forward(self, x):
        x = self.features(x)
        x = x.view(x.size(0), -1)
        return self.fc(x)
