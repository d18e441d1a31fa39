"""Programs as large as the bounds let in, for the command that checks source code."""

from __future__ import annotations

import json
from collections.abc import Callable

HEAD = "import torch\nfrom torch import nn\nimport torch.nn.functional as F\n"


def _network(layers: list[str], forward: list[str], name: str = "Net") -> str:
    made = "".join(f"        {line}\n" for line in layers)
    runs = "".join(f"        {line}\n" for line in forward)
    return (
        f"class {name}(nn.Module):\n    def __init__(self):\n        super().__init__()\n{made}"
        f"    def forward(self, x):\n{runs}        return x\n"
    )


def _small(name: str, width: int = 8) -> str:
    return _network([f"self.c = nn.Conv2d(3, {width}, 3)"], ["x = self.c(x)"], name)


def _notebook(cells: list[str]) -> str:
    return json.dumps({"cells": [{"cell_type": "code", "source": [cell]} for cell in cells]})


#: Programs by the kind of what they hold.
PROGRAMS: dict[str, Callable[[], str]] = {
    "classes": lambda: HEAD + "".join(_small(f"N{i}") for i in range(300)),
    "classes that run": lambda: (
        HEAD
        + "".join(_small(f"N{i}") for i in range(300))
        + "".join(f"N{i}()(torch.zeros(1, 3, 32, 32))\n" for i in range(300))
    ),
    "many classes": lambda: HEAD + "".join(_small(f"N{i}") for i in range(5_000)),
    "layers": lambda: (
        HEAD
        + _network(
            [f"self.c{i} = nn.Conv2d(8, 8, 3, padding=1)" for i in range(5_000)],
            [f"x = self.c{i}(x)" for i in range(5_000)],
        )
    ),
    "layers that shrink": lambda: (
        HEAD
        + _network(
            [f"self.c{i} = nn.Conv2d(8, 8, 3)" for i in range(5_000)], [f"x = self.c{i}(x)" for i in range(5_000)]
        )
    ),
    "shrinking loop": lambda: (
        HEAD + _network(["self.c = nn.Conv2d(8, 8, 3, 2)"], ["for i in range(5000):", "    x = self.c(x)"])
    ),
    "nested loops": lambda: (
        HEAD + _network([], ["for i in range(20000):", "    for j in range(20000):", "        x = x + 1"])
    ),
    "wide sum": lambda: (
        HEAD
        + _network(
            ["self.c = nn.Conv2d(3, 3, 3, padding=1)"],
            ["y = x", "for i in range(3000):", "    y = torch.cat([y, self.c(x)], 1)", "x = y"],
        )
    ),
    "views": lambda: HEAD + _network([], ["for i in range(5000):", "    x = x.view(x.size(0), -1, 2, x.size(2))"]),
    "tests": lambda: (
        HEAD
        + _network(
            ["self.c = nn.Conv2d(3, 3, 3, padding=1)"],
            [line for i in range(8) for line in (f"if unknown{i}():", "    x = self.c(x)")]
            + ["for i in range(2000):", "    x = self.c(x)"],
        )
    ),
    "numbers": lambda: HEAD + "x = [" + "1, " * 300_000 + "]\n" + _small("Net"),
    "dict": lambda: HEAD + "x = {" + "".join(f"{i}: 1, " for i in range(90_000)) + "}\n" + _small("Net"),
    "statements": lambda: HEAD + "x = 1\n" * 150_000 + _small("Net"),
    "expressions": lambda: HEAD + "x = 1" + "+1" * 400_000 + "\n" + _small("Net"),
    "one line": lambda: HEAD + "x = 1;" * 150_000 + "\n" + _small("Net"),
    "comment": lambda: HEAD + "#" * 990_000 + "\n" + _small("Net"),
    "text": lambda: HEAD + "x = '" + "x" * 990_000 + "'\n" + _small("Net"),
    "f-strings": lambda: HEAD + "x = f'" + "{1}" * 100_000 + "'\n" + _small("Net"),
    "brackets": lambda: HEAD + "x = " + "(" * 490_000 + "\n",
    "minus": lambda: HEAD + "x = " + "-" * 990_000 + "1\n",
    "nots": lambda: HEAD + "x = " + "not " * 240_000 + "1\n",
    "attributes": lambda: HEAD + "x = torch" + ".a" * 490_000 + "\n",
    "indents": lambda: HEAD + "".join(" " * i + "if 1:\n" for i in range(99)) + " " * 99 + "pass\n" + _small("Net"),
    "functions": lambda: HEAD + "".join(f"def f{i}(x):\n    return x\n" for i in range(25_000)) + _small("Net"),
    "calls": lambda: HEAD + "def f(n):\n    return f(n - 1) + f(n - 1) if n else 0\nf(30)\n" + _small("Net"),
    "while": lambda: HEAD + "n = 0\nwhile n < 10 ** 9:\n    n += 1\n" + _small("Net"),
    "inheritance": lambda: HEAD + _small("N0") + "".join(f"class N{i + 1}(N{i}):\n    pass\n" for i in range(5_000)),
    "sequential": lambda: (
        HEAD
        + _network(
            ["self.s = nn.Sequential(*[nn.Conv2d(8, 8, 3, padding=1) for _ in range(10000)])"], ["x = self.s(x)"]
        )
    ),
    "modules": lambda: (
        HEAD
        + _network(
            ["self.s = nn.ModuleList([nn.ModuleList([nn.ReLU() for _ in range(100)]) for _ in range(100)])"],
            ["for m in self.s:", "    for l in m:", "        x = l(x)"],
        )
    ),
    "strings": lambda: HEAD + "s = 'ab'\nfor i in range(20000):\n    s = s[:9000] * 2\n" + _small("Net"),
    "lists": lambda: HEAD + "s = [1] * 10000\nfor i in range(20000):\n    t = s + s\n" + _small("Net"),
    "sorts": lambda: HEAD + "s = list(range(20000))\nfor i in range(20000):\n    t = sorted(s)\n" + _small("Net"),
    "zips": lambda: (
        HEAD + "s = list(range(20000))\nfor i in range(20000):\n    t = list(zip(s, s, s))\n" + _small("Net")
    ),
    "sums": lambda: HEAD + "s = list(range(20000))\nfor i in range(20000):\n    t = sum(s)\n" + _small("Net"),
    "powers": lambda: HEAD + "for i in range(20000):\n    x = 3 ** 1800 // 7 ** 900 % 5 ** 700\n" + _small("Net"),
    "wrong": lambda: (
        HEAD
        + "".join(
            _network(["self.a = nn.Linear(4, 5)", "self.b = nn.Linear(6, 7)"], ["x = self.b(self.a(x))"], f"W{i}")
            for i in range(300)
        )
    ),
    "wrong, wide": lambda: (
        HEAD
        + _network(
            [f"self.c{i} = nn.Linear(8, 8)" for i in range(3_000)] + ["self.w = nn.Linear(9, 9)"],
            [f"x = self.c{i}(x)" for i in range(3_000)] + ["x = self.w(x)"],
        )
    ),
    "untrained input": lambda: (
        HEAD
        + _network(
            ["self.c = nn.Conv2d(3, 8, 3, 2)", "self.f = nn.Linear(8 * 15 * 15, 10)"],
            ["x = self.c(x)", "x = self.f(x.flatten(1))"],
        )
    ),
}

#: Notebooks likewise.
NOTEBOOKS: dict[str, Callable[[], str]] = {
    "cells": lambda: _notebook([HEAD, *["x = 1\n"] * 15_000, _small("Net")]),
    "lines": lambda: _notebook([HEAD + "%x\n" * 200_000 + _small("Net")]),
    "nested": lambda: "[" * 990_000,
}
