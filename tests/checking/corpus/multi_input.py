import torch
import torch.nn as nn


class ImageAndTable(nn.Module):
    """An image and a row of a table."""

    def __init__(self, n_features=12):
        super().__init__()
        self.image = nn.Sequential(
            nn.Conv2d(3, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(4),
            nn.Conv2d(8, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(4),
        )
        self.table = nn.Sequential(nn.Linear(n_features, 32), nn.ReLU())
        self.head = nn.Linear(64 + 12, 2)

    def forward(self, image, table):
        a = self.image(image).flatten(1)
        b = self.table(table)
        return self.head(torch.cat([a, b], dim=-1))
