import torch
import torch.nn as nn


class BiLSTM(nn.Module):
    def __init__(self, vocab=500, emb=40, hidden=64, tags=3):
        super(BiLSTM, self).__init__()
        self.embedding = nn.Embedding(vocab, emb)
        self.lstm = nn.LSTM(emb, hidden, bidirectional=True, batch_first=True)
        self.fc = nn.Linear(hidden, tags)

    def forward(self, sentence):
        x = self.embedding(sentence)
        out, (h, c) = self.lstm(x)
        h = torch.cat((h[-2], h[-1]), dim=1)
        return self.fc(h)
