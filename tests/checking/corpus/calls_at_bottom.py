import torch
import torch.nn as nn


def build(num_classes):
    model = FineTune(num_classes)
    for p in model.features.parameters():
        p.requires_grad = False
    return model


class FineTune(nn.Module):
    def __init__(self, num_classes):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 16, 7, stride=4, padding=3), nn.ReLU(), nn.MaxPool2d(4),
            nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.AdaptiveAvgPool2d(4),
        )
        self.classifier = nn.Sequential(nn.Linear(32 * 4 * 4, 64), nn.ReLU(), nn.Linear(64, num_classes))

    def forward(self, x):
        return self.classifier(torch.flatten(self.features(x), 1))


device = 'cuda' if torch.cuda.is_available() else 'cpu'
net = build(2).to(device)
net.eval()
with torch.no_grad():
    y = net(torch.randn(1, 3, 224, 224, device=device))
print(y.shape)
