import argparse
import torch
import torch.nn as nn

parser = argparse.ArgumentParser(description="MNIST")
parser.add_argument("--batch_size", type=int, default=64, help="size of the batches")
parser.add_argument("--hidden", type=int, default=200)
parser.add_argument("--img_size", type=int, default=28)
parser.add_argument("--channels", default=1, type=int)
parser.add_argument("--classes", type=int, default=10)
parser.add_argument("--no-cuda", action="store_true", default=False)
opt = parser.parse_args([])


class Net(nn.Module):
    def __init__(self, args):
        super(Net, self).__init__()
        self.hidden = args.hidden
        self.fc1 = nn.Linear(args.channels * args.img_size ** 2, self.hidden)
        self.fc2 = nn.Linear(self.hidden, args.classes)

    def forward(self, x):
        x = x.view(x.shape[0], -1)
        return self.fc2(torch.sigmoid(self.fc1(x)))


model = Net(opt)
