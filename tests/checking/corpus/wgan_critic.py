import torch
import torch.nn as nn


class Critic(nn.Module):
    def __init__(self, channels=1, dim=32):
        super().__init__()
        self.net = nn.Sequential(
            nn.Conv2d(channels, dim, 4, stride=2, padding=1),
            nn.LeakyReLU(0.2),
            nn.Conv2d(dim, dim * 2, 4, stride=2, padding=1),
            nn.InstanceNorm2d(dim * 2, affine=True),
            nn.LeakyReLU(0.2),
            nn.Conv2d(dim * 2, dim * 4, 4, stride=2, padding=1),
            nn.InstanceNorm2d(dim * 4, affine=True),
            nn.LeakyReLU(0.2),
        )
        self.out = nn.Linear(dim * 4 * 3 * 3, 1)

    def forward(self, x):
        h = self.net(x)
        return self.out(h.reshape(h.shape[0], -1))


def gradient_penalty(critic, real, fake):
    eps = torch.rand(real.size(0), 1, 1, 1)
    mixed = (eps * real + (1 - eps) * fake).requires_grad_(True)
    score = critic(mixed)
    grad = torch.autograd.grad(score.sum(), mixed, create_graph=True)[0]
    return ((grad.flatten(1).norm(2, dim=1) - 1) ** 2).mean()
