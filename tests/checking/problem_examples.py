"""For each code of a problem, a network that has it and the same one without it."""

from __future__ import annotations

from typing import NamedTuple

from shapecalc.formats.source.programs import Source

HEAD = "import torch\nfrom torch import nn\nfrom torch.nn import functional as F\n"


class ProblemExample(NamedTuple):
    """A network with a problem and without it.

    Attributes:
        init: the lines of ``__init__`` behind ``super().__init__()``, separated by semicolons.
        forward: the lines of ``forward``.
        wrong: what stands in these lines, or in ``tail``, where the problem is.
        right: what stands there without it.
        input: the shape of the input.
        tail: what follows the class.
    """

    init: str
    forward: str
    wrong: str
    right: str
    input: tuple[int, ...]
    tail: str = ""

    def text(self, part: str) -> str:
        """The file, without its imports."""
        lines = ["class Net(nn.Module):", "    def __init__(self):"]
        lines += [] if "super()" in self.right else ["        super().__init__()"]
        lines += [f"        {line.strip()}" for line in self.init.split(";")]
        lines += ["", "    def forward(self, x):", *[f"        {line.strip()}" for line in self.forward.split(";")]]
        lines += ["", "", self.tail] if self.tail else []
        return "\n".join(lines).replace("<>", part) + "\n"

    def source(self, part: str) -> Source:
        """The whole file."""
        return Source("net.py", f"{HEAD}\n\n{self.text(part)}")


_LINEAR = "self.fc = nn.Linear(4, 2)"
EXAMPLES = {
    "syntax": ProblemExample(_LINEAR, "return self.fc(x<>", "", ")", (4,)),
    "shape": ProblemExample(
        "self.conv = nn.Conv2d(1, 6, 5); self.fc = nn.Linear(<>, 10)",
        "x = F.max_pool2d(self.conv(x), 2); return self.fc(x.flatten(1))",
        "6 * 14 * 14",
        "6 * 12 * 12",
        (1, 28, 28),
    ),
    "batch": ProblemExample("self.conv = nn.Conv2d(1, 6, 5)", "return self.conv(x).view(-1, <>)",
        "96", "384", (1, 12, 12)),
    "dimension": ProblemExample(_LINEAR, "return self.fc(x).softmax(<>)", "2", "1", (4,)),
    "einops": ProblemExample(
        "self.fc = nn.Linear(12, 2)",
        "from einops import rearrange; return self.fc(rearrange(x, 'b c h -> b (c <>)'))",
        "w",
        "h",
        (3, 4),
    ),
    "argument": ProblemExample(
        "self.conv = nn.Conv2d(4, 6, 3, padding_mode='<>')", "return self.conv(x)", "zero", "zeros", (4, 9, 9)
    ),
    "call": ProblemExample("self.conv = nn.Conv2d(3, 8, <>=3)", "return self.conv(x)",
        "kernel", "kernel_size", (3, 9, 9)),
    "type": ProblemExample(
        "self.lstm = nn.LSTM(4, 5, batch_first=True); self.fc = nn.Linear(5, 1)",
        "x<> = self.lstm(x); return self.fc(x)",
        "",
        ", _",
        (7, 4),
    ),
    "dtype": ProblemExample(
        "self.embed = nn.Embedding(9, 4)", "mask = (x > 0)<>; return self.embed(mask)", ".float()", ".long()", (4,)
    ),
    "attribute": ProblemExample("self.conv1 = nn.Conv2d(3, 8, 3)", "return self.<>(x)", "conv", "conv1", (3, 9, 9)),
    "name": ProblemExample(_LINEAR, "hidden = self.fc(x); return <>", "hiden", "hidden", (4,)),
    "index": ProblemExample(
        "self.layers = nn.ModuleList([nn.Linear(4, 4), nn.Linear(4, 2)])",
        "layer = self.layers[<>]; return layer(x)",
        "2",
        "1",
        (4,),
    ),
    "key": ProblemExample(
        "self.heads = nn.ModuleDict({'age': nn.Linear(4, 1)})",
        "head = self.heads['<>']; return head(x)",
        "ages",
        "age",
        (4,),
    ),
    "unpack": ProblemExample(_LINEAR, "b, c<> = x.shape; return self.fc(x)", ", h", "", (4,)),
    "assert": ProblemExample(_LINEAR, "assert x.shape[1] == <>; return self.fc(x)", "5", "4", (4,)),
    "raise": ProblemExample(
        f"if <> % 2: raise ValueError('the width must be even'); {_LINEAR}", "return self.fc(x)", "5", "4", (4,)
    ),
    "sequential": ProblemExample(
        "self.layers = nn.Sequential(nn.Linear(4, 2), <>)", "return self.layers(x)", "nn.ReLU", "nn.ReLU()", (4,)
    ),
    "forward": ProblemExample(
        "layers = [nn.Linear(4, 4) for _ in range(2)]; self.layers = <>",
        "return self.layers(x)",
        "nn.ModuleList(layers)",
        "nn.Sequential(*layers)",
        (4,),
    ),
    "super": ProblemExample(f"<>; {_LINEAR}", "return self.fc(x)", "pass", "super().__init__()", (4,)),
    "bias-before-norm": ProblemExample(
        "self.conv = nn.Conv2d(3, 8, 3<>); self.norm = nn.BatchNorm2d(8)",
        "return self.norm(self.conv(x))",
        "",
        ", bias=False",
        (3, 9, 9),
    ),
    "loss": ProblemExample(
        _LINEAR, "return self.fc(x)<>", ".softmax(1)", "", (4,), "criterion = nn.CrossEntropyLoss()"
    ),
    "no-eval": ProblemExample(
        f"{_LINEAR}; self.drop = nn.Dropout()",
        "return self.fc(self.drop(x))",
        "",
        ".eval()",
        (4,),
        "net = Net()<>\nwith torch.no_grad():\n    print(net(torch.randn(1, 4)))",
    ),
    "no-return": ProblemExample(_LINEAR, "<>self.fc(x)", "", "return ", (4,)),
    "norm-of-one-value": ProblemExample(
        "self.pool = nn.AdaptiveAvgPool2d(1); self.norm = nn.BatchNorm2d(3)",
        "return self.<>(x))",
        "norm(self.pool",
        "pool(self.norm",
        (3, 9, 9),
    ),
    "plain-list": ProblemExample(
        "layers = [nn.Linear(4, 4) for _ in range(3)]; self.layers = <>",
        "for layer in self.layers: x = layer(x).relu(); return x",
        "layers",
        "nn.ModuleList(layers)",
        (4,),
    ),
    "softmax-over-batch": ProblemExample(_LINEAR, "return self.fc(x).softmax(dim=<>)", "0", "1", (4,)),
    "unused-layer": ProblemExample(
        f"{_LINEAR}; self.drop = nn.Dropout()", "return self.fc(<>)", "x", "self.drop(x)", (4,)
    ),
}  # fmt: skip
