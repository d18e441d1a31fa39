import torch
import torch.nn as nn


class Pooling(nn.Module):
    def __init__(self, dim=32, classes=5):
        super().__init__()
        self.score = nn.Linear(dim, 1)
        self.fc = nn.Linear(dim, classes)

    def forward(self, h, mask):
        w = self.score(h).squeeze(-1)
        w = w.masked_fill(mask < 0, float("-inf"))
        w = torch.softmax(w, dim=-1).unsqueeze(-1)
        return self.fc((h * w).sum(1))
