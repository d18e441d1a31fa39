import torch
import torch.nn as nn


class CondGenerator(nn.Module):
    def __init__(self, n_classes=10, emb=10, z_dim=50):
        super().__init__()
        self.label_emb = nn.Embedding(n_classes, emb)
        self.fc1 = nn.Linear(z_dim, 128)
        self.fc2 = nn.Linear(128, 784)

    def forward(self, z, labels):
        c = self.label_emb(labels)
        x = torch.cat([z, c], 1)
        x = torch.relu(self.fc1(x))
        return torch.tanh(self.fc2(x))


gen = CondGenerator()
z = torch.randn(8, 50)
y = torch.randint(0, 10, (8,))
fake = gen(z, y)
