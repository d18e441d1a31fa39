import torch
import torch.nn as nn


class QNet(nn.Module):
    def __init__(self, obs_dim=17, act_dim=6):
        super(QNet, self).__init__()
        self.q = nn.Sequential(
            nn.Linear(obs_dim, 256),
            nn.ReLU(),
            nn.Linear(256, 1),
        )

    def forward(self, obs, act):
        return self.q(torch.cat([obs, act], dim=-1))


q = QNet()
value = q(torch.randn(32, 17), torch.randn(32, 6))
