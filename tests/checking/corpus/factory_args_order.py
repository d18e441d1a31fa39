import torch.nn as nn


def conv_bn(inp, oup, stride, kernel=3):
    return nn.Sequential(
        nn.Conv2d(inp, oup, stride, kernel, kernel // 2, bias=False),
        nn.BatchNorm2d(oup),
        nn.ReLU6(inplace=True),
    )


class Tiny(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(conv_bn(3, 8, 2), conv_bn(8, 16, 2))
        self.classifier = nn.Linear(16 * 8 * 8, 4)

    def forward(self, x):
        x = self.features(x)
        return self.classifier(x.view(x.size(0), -1))
