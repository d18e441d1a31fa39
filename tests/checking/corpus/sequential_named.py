from collections import OrderedDict
import torch.nn as nn


class Net(nn.Module):
    def __init__(self):
        super(Net, self).__init__()
        self.features = nn.Sequential(OrderedDict([
            ('conv1', nn.Conv2d(3, 12, 5)),
            ('relu1', nn.ReLU()),
            ('pool1', nn.MaxPool2d(2)),
            ('conv2', nn.Conv2d(12, 24, 5)),
            ('relu2', nn.ReLU()),
            ('pool2', nn.MaxPool2d(2)),
        ]))
        self.classifier = nn.Sequential(OrderedDict([
            ('flat', nn.Flatten()),
            ('fc1', nn.Linear(24 * 5 * 5, 84)),
            ('relu3', nn.ReLU()),
            ('fc2', nn.Linear(84, 10)),
        ]))

    def forward(self, x):
        return self.classifier(self.features(x))
