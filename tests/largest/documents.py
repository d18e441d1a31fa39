"""Network files as large as the bounds let in: graphs, blocks, families, and what is no network at all."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from shapecalc.formats.document.blocks import MAX_NODES
from shapecalc.formats.document.events import MAX_VALUES
from shapecalc.formats.text.tokens import MAX_TEXT

#: The number of layers that each read all before them, within the values of a file.
_DENSE = 440


def _document(layers: Iterable[Any], shape: Any = "8x32x32", **keys: Any) -> str:
    return json.dumps({"input": shape, "layers": list(layers), **keys})


def _dense(merge: str, shape: str, layer: str = "ReLU", count: int = _DENSE) -> str:
    names = ["input", "input"]  # what joins takes two or more
    layers: list[Any] = []
    for number in range(count // 2):
        layers.append({"layer": merge, "name": f"m{number}", "inputs": list(names)})
        layers.append({"layer": layer, "name": f"n{number}", "inputs": f"m{number}"})
        names.append(f"n{number}")
    return _document(layers, shape)


def _branches(layer: Callable[[int], str], merge: str, shape: str, count: int) -> str:
    layers: list[Any] = [{"layer": layer(number), "name": f"b{number}", "inputs": "input"} for number in range(count)]
    return _document([*layers, {"layer": merge, "inputs": [f"b{number}" for number in range(count)]}], shape)


def _residual(layer: str, shape: str, count: int) -> str:
    layers: list[Any] = []
    before = "input"
    for number in range(count):
        layers.append({"layer": layer, "name": f"c{number}", "inputs": before})
        layers.append({"layer": "Add()", "name": f"a{number}", "inputs": [f"c{number}", before]})
        before = f"a{number}"
    return _document(layers, shape)


def _blocks(depth: int, width: int, shape: str) -> str:
    blocks = {"b0": {"layers": ["ReLU"]}}
    for level in range(1, depth):
        blocks[f"b{level}"] = {"layers": [f"b{level - 1}"] * width}
    return _document([f"b{depth - 1}"], shape, blocks=blocks)


#: Files by the kind of what they hold; each is written with the ending behind its name.
DOCUMENTS: dict[str, Callable[[], str]] = {
    "dense add": lambda: _dense("Add()", "8x32x32"),
    "dense add, letters": lambda: _dense("Add()", "8xHxW"),
    "dense concat": lambda: _dense("Concat()", "8x32x32", "LazyConv2d(8, 3, padding=1)"),
    "dense concat, letters": lambda: _dense("Concat()", "8xHxW", "LazyConv2d(8, 3, padding=1)"),
    "dense concat, channel letters": lambda: _dense("Concat()", "CxHxW", "LazyConv2d(K, 3, padding=1)", 200),
    "concat doubled": lambda: _dense("Concat()", "8x32x32", count=200),
    "concat along width, letters": lambda: _dense("Concat(dim=3)", "8xHxW", count=100),
    "branches": lambda: _branches(lambda i: f"Conv2d(8, 8, {2 * i + 1}, padding={i})", "Concat()", "8x32x32", 4_900),
    "branches, letters": lambda: _branches(
        lambda i: f"Conv2d(8, 8, {2 * i + 1}, padding={i})", "Add()", "8xHxW", 4_900
    ),
    "strided branches, letters": lambda: _branches(lambda i: f"MaxPool2d({i + 1})", "Add()", "8xHxW", 300),
    "residual": lambda: _residual("Conv2d(8, 8, 3, padding=1)", "8x32x32", 2_500),
    "residual, letters": lambda: _residual("Conv2d(8, 8, 3, padding=1)", "8xHxW", 2_500),
    "one node reads much": lambda: _document([{"layer": "Add()", "inputs": ["input"] * 90_000}]),
    "concat reads much": lambda: _document([{"layer": "Concat()", "inputs": ["input"] * 90_000}], "8xHxW"),
    "outputs": lambda: _document(["ReLU"], outputs=["relu1"] * 90_000),
    "all are outputs": lambda: _document(["ReLU"] * MAX_NODES, outputs=[f"relu{i + 1}" for i in range(MAX_NODES)]),
    "inputs": lambda: json.dumps(
        {"inputs": {f"i{i}": "8x8" for i in range(30_000)}, "layers": [{"layer": "Add()", "inputs": ["i0", "i1"]}]}
    ),
    "chain": lambda: _document(["ReLU"] * MAX_NODES),
    "one text": lambda: _document(["Conv2d(8, 8, 3, padding=1) " * MAX_NODES]),
    "blocks": lambda: _blocks(5, 10, "8x8x8"),
    "blocks, deep": lambda: _blocks(19, 1, "8x8x8"),
    "block, repeated": lambda: _document(
        [{"layer": "b(1)", "repeat": 1_600}],
        blocks={"b": {"takes": {"k": ""}, "layers": ["Conv2d(8, 8, k) ReLU Dropout"]}},
    ),
    "long names": lambda: _document(
        [{"layer": "b", "name": "n" * 900, "repeat": 1_000}], blocks={"b": {"layers": ["ReLU", "Tanh"]}}
    ),
    "shares": lambda: _document(
        [{"layer": "Linear(8, 8)", "name": "a"}]
        + [{"layer": "Linear(8, 8)", "share": "a"} for _ in range(MAX_NODES - 1)],
        "8",
    ),
    "unknown input": lambda: _document([*["ReLU"] * (MAX_NODES - 1), {"layer": "ReLU", "inputs": "relu99x"}]),
    "variants": lambda: json.dumps(
        {
            "takes": {"n": 1},
            "variants": {f"v{i}": {"with": {"n": 1}} for i in range(18_000)},
            "input": "8x8x8",
            "layers": ["ReLU"],
        }
    ),
    "errors": lambda: json.dumps({"input": "8x8x8", "layers": [{"x": 1}] * 30_000}),
    "unknown keys": lambda: json.dumps({f"k{i}": i for i in range(49_000)}),
    "numbers for layers": lambda: json.dumps({"input": "8x8x8", "layers": list(range(99_000))}),
    "lists for layers": lambda: json.dumps({"input": "8x8x8", "layers": [[]] * 99_000}),
    "values": lambda: "[" + "0," * (MAX_TEXT // 2 - 10) + "0]",
    "text": lambda: json.dumps({"input": "8x8x8", "layers": ["x" * (MAX_TEXT - 100)]}),
    "key": lambda: json.dumps({"x" * (MAX_TEXT - 100): 1}),
    "digits": lambda: '{"input": ' + "9" * (MAX_TEXT - 100) + ', "layers": ["ReLU"]}',
    "brackets": lambda: "[" * (MAX_TEXT - 10),
    "blank": lambda: " " * (MAX_TEXT - 10),
    "lines": lambda: "\n" * (MAX_TEXT - 10),
}

#: What YAML alone can write.
YAMLS: dict[str, Callable[[], str]] = {
    "yaml values": lambda: "layers:\n" + "- ReLU\n" * (MAX_VALUES - 10),
    "yaml too many values": lambda: "layers:\n" + "- a\n" * 490_000,
    "yaml comments": lambda: "#\n" * 990_000,
    "yaml anchors": lambda: "layers:\n" + "".join(f"- &a{i} x\n" for i in range(100_000)),
    "yaml alias": lambda: "a: &a [x]\nb: *a\n",
    "yaml tags": lambda: "layers:\n" + "- !t x\n" * 99_000,
    "yaml tag": lambda: f"a: !{'t' * 1_990_000} x\n",
    "yaml nested": lambda: "- " * 990_000,
    "yaml mappings": lambda: "{a: " * 490_000,
    "yaml folded": lambda: "a: >\n" + " x\n" * 650_000,
    "yaml quoted": lambda: 'a: "' + "\\x41" * 490_000 + '"\n',
    "yaml plain": lambda: "a: " + "x " * 990_000,
    "yaml documents": lambda: "---\n" * 490_000,
    "yaml directives": lambda: "%TAG ! x\n" * 200_000,
    "yaml keys": lambda: "".join(f"k{i}: 1\n" for i in range(49_000)),
    "yaml one key": lambda: "k: 1\n" * 49_000,
    "yaml complex keys": lambda: "? - a\n: b\n" * 100_000,
}
