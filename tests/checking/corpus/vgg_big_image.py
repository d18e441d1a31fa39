import torch.nn as nn


def make_features(spec, batch_norm=False):
    layers = []
    channels = 3
    for item in spec.split(","):
        item = item.strip()
        if item == "M":
            layers.append(nn.MaxPool2d(2))
            continue
        width = int(item)
        layers.append(nn.Conv2d(channels, width, 3, padding=1))
        if batch_norm:
            layers.append(nn.BatchNorm2d(width))
        layers.append(nn.ReLU(True))
        channels = width
    return nn.Sequential(*layers)


class TinyImageNetVGG(nn.Module):
    SPEC = "32, M, 64, M, 128, 128, M, 256, M"

    def __init__(self, n_classes=100):
        super().__init__()
        self.features = make_features(self.SPEC, batch_norm=True)
        self.fc = nn.Sequential(
            nn.Dropout(),
            nn.Linear(256 * 2 * 2, 512),
            nn.ReLU(True),
            nn.Linear(512, n_classes),
        )

    def forward(self, x):
        x = self.features(x)
        return self.fc(x.flatten(start_dim=1))
