import torch
import torch.nn as nn
import torch.nn.functional as F


class Config(object):
    def __init__(self):
        self.n_vocab = 3000
        self.embed = 128
        self.filter_sizes = (2, 3, 4)
        self.num_filters = 64
        self.num_classes = 4
        self.dropout = 0.5


class Model(nn.Module):
    def __init__(self, config=Config()):
        super(Model, self).__init__()
        self.embedding = nn.Embedding(config.n_vocab, config.embed)
        self.convs = nn.ModuleList([nn.Conv1d(config.embed, config.num_filters, k) for k in config.filter_sizes])
        self.dropout = nn.Dropout(config.dropout)
        self.fc = nn.Linear(config.num_filters, config.num_classes)

    def forward(self, x):
        out = self.embedding(x).permute(0, 2, 1)
        out = [F.relu(conv(out)) for conv in self.convs]
        out = [F.max_pool1d(i, i.size(2)).squeeze(-1) for i in out]
        out = torch.cat(out, dim=1)
        return self.fc(self.dropout(out))
