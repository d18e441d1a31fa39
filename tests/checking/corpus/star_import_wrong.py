from torch.nn import *
import torch.nn.functional as fn


class Star(Module):
    def __init__(self):
        super(Star, self).__init__()
        self.c1 = Conv2d(1, 6, 3)
        self.c2 = Conv2d(6, 12, 3)
        self.fc = Linear(12 * 4 * 4, 3)

    def forward(self, x):
        x = fn.max_pool2d(fn.relu(self.c1(x)), 2)
        x = fn.max_pool2d(fn.relu(self.c2(x)), 2)
        return self.fc(x.view(x.size(0), -1))
