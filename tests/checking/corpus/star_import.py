from torch.nn import *
from torch.nn.functional import relu, max_pool2d


class Star(Module):
    def __init__(self):
        super(Star, self).__init__()
        self.c1 = Conv2d(1, 6, 3)
        self.c2 = Conv2d(6, 12, 3)
        self.fc = Linear(12 * 3 * 3, 3)

    def forward(self, x):
        x = max_pool2d(relu(self.c1(x)), 2)
        x = max_pool2d(relu(self.c2(x)), 2)
        return self.fc(x.view(len(x), -1))
