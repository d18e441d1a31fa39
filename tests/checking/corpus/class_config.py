import torch
import torch.nn as nn


class Config:
    vocab_size = 400
    emb_size = 32
    rnn_size = 40
    n_tags = 9
    bidirectional = True


class Tagger(nn.Module):
    def __init__(self, cfg=Config):
        super().__init__()
        self.embed = nn.Embedding(cfg.vocab_size, cfg.emb_size)
        self.rnn = nn.GRU(cfg.emb_size, cfg.rnn_size, batch_first=True, bidirectional=cfg.bidirectional)
        factor = 2 if cfg.bidirectional else 1
        self.tag = nn.Linear(cfg.rnn_size * factor, cfg.n_tags)

    def forward(self, words):
        h, _ = self.rnn(self.embed(words))
        return self.tag(h)
