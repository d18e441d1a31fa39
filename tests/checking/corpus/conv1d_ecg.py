import torch
import torch.nn as nn
import torch.nn.functional as F


class ConvNormPool(nn.Module):
    def __init__(self, input_size, hidden_size, kernel_size, norm_type='bachnorm'):
        super().__init__()
        self.kernel_size = kernel_size
        self.conv_1 = nn.Conv1d(input_size, hidden_size, kernel_size)
        self.conv_2 = nn.Conv1d(hidden_size, hidden_size, kernel_size)
        if norm_type == 'group':
            self.norm = nn.GroupNorm(8, hidden_size)
        else:
            self.norm = nn.BatchNorm1d(hidden_size)
        self.pool = nn.MaxPool1d(2)

    def forward(self, x):
        conv1 = self.norm(self.conv_1(x))
        x = F.silu(conv1)
        x = F.pad(x, pad=(self.kernel_size - 1, 0))
        x = self.conv_2(x)
        x = F.pad(x, pad=(self.kernel_size - 1, 0))
        return self.pool(F.silu(conv1 + x[:, :, : conv1.size(-1)]))


class ECGNet(nn.Module):
    def __init__(self, input_size=1, hid_size=32, kernel_size=5, num_classes=5):
        super().__init__()
        self.conv1 = ConvNormPool(input_size, hid_size, kernel_size)
        self.conv2 = ConvNormPool(hid_size, hid_size // 2, kernel_size, norm_type='group')
        self.avgpool = nn.AdaptiveAvgPool1d(1)
        self.fc = nn.Linear(hid_size // 2, num_classes)

    def forward(self, input):
        x = self.conv2(self.conv1(input))
        x = self.avgpool(x)
        x = x.view(-1, x.size(1) * x.size(2))
        return F.softmax(self.fc(x), dim=1)
