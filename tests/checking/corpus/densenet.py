import torch
import torch.nn as nn
import torch.nn.functional as F


class DenseLayer(nn.Sequential):
    def __init__(self, num_input_features, growth_rate, bn_size, drop_rate):
        super(DenseLayer, self).__init__()
        self.add_module('norm1', nn.BatchNorm2d(num_input_features)),
        self.add_module('relu1', nn.ReLU(inplace=True)),
        self.add_module('conv1', nn.Conv2d(num_input_features, bn_size * growth_rate, kernel_size=1, bias=False)),
        self.add_module('norm2', nn.BatchNorm2d(bn_size * growth_rate)),
        self.add_module('relu2', nn.ReLU(inplace=True)),
        self.add_module('conv2', nn.Conv2d(bn_size * growth_rate, growth_rate, kernel_size=3, padding=1, bias=False)),
        self.drop_rate = drop_rate

    def forward(self, x):
        new_features = super(DenseLayer, self).forward(x)
        if self.drop_rate > 0:
            new_features = F.dropout(new_features, p=self.drop_rate, training=self.training)
        return torch.cat([x, new_features], 1)


class Transition(nn.Module):
    def __init__(self, nin, nout):
        super().__init__()
        self.op = nn.Sequential(nn.BatchNorm2d(nin), nn.ReLU(), nn.Conv2d(nin, nout, 1, bias=False), nn.AvgPool2d(2))

    def forward(self, x):
        return self.op(x)


class DenseNet(nn.Module):
    def __init__(self, growth_rate=12, block_config=(3, 4), num_init=24, num_classes=10):
        super(DenseNet, self).__init__()
        self.conv0 = nn.Conv2d(3, num_init, 3, padding=1)
        blocks = []
        num_features = num_init
        for i, num_layers in enumerate(block_config):
            for j in range(num_layers):
                blocks.append(DenseLayer(num_features + j * growth_rate, growth_rate, 4, 0.1))
            num_features = num_features + num_layers * growth_rate
            if i != len(block_config) - 1:
                blocks.append(Transition(num_features, num_features // 2))
                num_features = num_features // 2
        self.blocks = nn.Sequential(*blocks)
        self.classifier = nn.Linear(num_features, num_classes)

    def forward(self, x):
        x = F.relu(self.blocks(self.conv0(x)))
        x = F.adaptive_avg_pool2d(x, (1, 1)).view(x.size(0), -1)
        return self.classifier(x)
