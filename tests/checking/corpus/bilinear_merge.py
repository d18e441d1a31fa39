import torch
import torch.nn as nn


class VQA(nn.Module):
    def __init__(self, image=20, question=30, classes=7):
        super().__init__()
        self.bilinear = nn.Bilinear(image, question, 40)
        self.norm = nn.LayerNorm(40)
        self.out = nn.Linear(40, classes)

    def forward(self, v, q):
        return self.out(self.norm(self.bilinear(v, q)))


net = VQA()
print(net(torch.ones(2, 20), torch.ones(2, 30)))
