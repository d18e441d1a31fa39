import torch
import torch.nn as nn


class DuelingDQN(nn.Module):
    def __init__(self, state_dim=8, action_dim=4, hidden=64):
        super(DuelingDQN, self).__init__()
        self.feature = nn.Sequential(nn.Linear(state_dim, hidden), nn.ReLU())
        self.advantage = nn.Sequential(nn.Linear(hidden, hidden), nn.ReLU(), nn.Linear(hidden, action_dim))
        self.value = nn.Sequential(nn.Linear(hidden, hidden), nn.ReLU(), nn.Linear(hidden, 1))

    def forward(self, x):
        x = self.feature(x)
        advantage = self.advantage(x)
        value = self.value(x)
        return value + advantage - advantage.mean(1, keepdim=True)

    def act(self, state, epsilon):
        q_value = self.forward(state)
        return q_value.max(1)[1].item()
