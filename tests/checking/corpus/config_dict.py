import torch
import torch.nn as nn

CONFIG = {
    "in_channels": 3,
    "num_classes": 10,
    "stages": [
        {"width": 16, "depth": 1, "stride": 1},
        {"width": 32, "depth": 2, "stride": 2},
        {"width": 64, "depth": 2, "stride": 2},
    ],
    "dropout": 0.2,
}

ACT = {"relu": nn.ReLU, "gelu": nn.GELU}


class Net(nn.Module):
    def __init__(self, cfg=CONFIG, act="gelu"):
        super().__init__()
        width = cfg["in_channels"]
        stages = []
        for stage in cfg["stages"]:
            layers = []
            for i in range(stage["depth"]):
                stride = stage["stride"] if i == 0 else 1
                layers += [nn.Conv2d(width, stage["width"], 3, stride, 1), ACT[act]()]
                width = stage["width"]
            stages.append(nn.Sequential(*layers))
        self.stages = nn.ModuleList(stages)
        self.drop = nn.Dropout(cfg.get("dropout", 0.0))
        self.fc = nn.Linear(width, cfg["num_classes"])

    def forward(self, x):
        for stage in self.stages:
            x = stage(x)
        return self.fc(self.drop(x.mean((-2, -1))))
