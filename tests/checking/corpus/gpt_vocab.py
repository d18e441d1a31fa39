from dataclasses import dataclass, field
import torch
import torch.nn as nn


@dataclass
class Args:
    vocab: int = 50
    width: int = 24
    hidden: list = field(default_factory=lambda: [64, 32])


class Bigram(nn.Module):
    def __init__(self, args: Args):
        super().__init__()
        self.emb = nn.Embedding(args.vocab, args.width)
        sizes = [args.width] + args.hidden
        self.layers = nn.ModuleList(nn.Linear(a, b) for a, b in zip(sizes[:-1], sizes[1:]))
        self.out = nn.Linear(args.hidden[0], args.vocab)

    def forward(self, tokens):
        h = self.emb(tokens)
        for layer in self.layers:
            h = torch.relu(layer(h))
        return self.out(h)
