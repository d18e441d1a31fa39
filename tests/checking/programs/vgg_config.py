# input: 3x32x32
import torch
import torch.nn as nn
import torch.nn.functional as F


from collections import OrderedDict

CFG = {'A': [64, 'M', 128, 'M']}


class Net(nn.Module):
    def __init__(self, name='A'):
        super().__init__()
        self.features = self._make(CFG[name])
        self.classifier = nn.Sequential(OrderedDict([('fc1', nn.Linear(128*8*8, 10)), ('act', nn.ReLU())]))
    def _make(self, cfg):
        layers = []; c = 3
        for v in cfg:
            if v == 'M': layers += [nn.MaxPool2d(kernel_size=2, stride=2)]
            else:
                layers += [nn.Conv2d(c, v, kernel_size=3, padding=1), nn.BatchNorm2d(v), nn.ReLU(inplace=True)]
                c = v
        return nn.Sequential(*layers)
    def forward(self, x):
        print(x.shape, f"hello {x.size(0)}")
        return self.classifier(torch.flatten(self.features(x), 1))
