import torch
import torch.nn as nn
import torch.nn.functional as F


class VideoNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 10, kernel_size=5)
        self.conv2 = nn.Conv2d(10, 20, kernel_size=5)
        self.fc1 = nn.Linear(320, 50)
        self.rnn = nn.LSTM(input_size=320, hidden_size=64, num_layers=1, batch_first=True)
        self.linear = nn.Linear(64, 10)

    def encode(self, frame):
        frame = F.relu(F.max_pool2d(self.conv1(frame), 2))
        frame = F.relu(F.max_pool2d(self.conv2(frame), 2))
        frame = frame.view(-1, 320)
        return F.relu(self.fc1(frame))

    def forward(self, clip):
        features = []
        for t in range(clip.size(1)):
            features.append(self.encode(clip[:, t]))
        seq = torch.stack(features, dim=1)
        out, _ = self.rnn(seq)
        return self.linear(out[:, -1])
