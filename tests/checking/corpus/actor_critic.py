import torch
import torch.nn as nn


def mlp(sizes, activation, output_activation=nn.Identity):
    layers = []
    for j in range(len(sizes)-1):
        act = activation if j < len(sizes)-2 else output_activation
        layers += [nn.Linear(sizes[j], sizes[j+1]), act()]
    return nn.Sequential(*layers)


class ActorCritic(nn.Module):
    LOG_STD_MIN, LOG_STD_MAX = -20, 2

    def __init__(self, obs_dim=17, act_dim=6, hidden_sizes=(64, 64)):
        super().__init__()
        self.body = mlp([obs_dim] + list(hidden_sizes), nn.ReLU, nn.ReLU)
        self.mu = nn.Linear(hidden_sizes[-1], act_dim)
        self.log_std = nn.Linear(hidden_sizes[-1], act_dim)
        self.v = mlp([obs_dim, *hidden_sizes, 1], nn.Tanh)

    def forward(self, obs):
        h = self.body(obs)
        log_std = torch.clamp(self.log_std(h), self.LOG_STD_MIN, self.LOG_STD_MAX)
        return self.mu(h), log_std, self.v(obs)
