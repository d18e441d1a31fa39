import torch
import torch.nn as nn
import torch.nn.functional as F


class BoW(nn.Module):
    def __init__(self, vocab_size, num_classes, dim=64):
        super(BoW, self).__init__()
        self.emb = nn.Embedding(vocab_size, dim, padding_idx=0)
        self.fc = nn.Linear(dim, num_classes)

    def forward(self, ids):
        mask = (ids != 0).float()
        h = self.emb(mask) * mask.unsqueeze(-1)
        pooled = h.sum(1) / mask.sum(1, keepdim=True).clamp(min=1)
        return self.fc(pooled)
