"""Pieces that the published networks are put together from; input counts are left for the engine to find."""

from __future__ import annotations

from typing import Any

from shapecalc import Builder, Net, Node, layers


def conv(out: int, k: Any, s: Any = 1, p: Any = 0, **more: Any) -> Any:
    """A 2-D convolution."""
    return layers.Conv2d(out_channels=out, kernel_size=k, stride=s, padding=p, **more)


def conv_relu(b: Builder, out: int, k: Any, s: Any = 1, p: Any = 0, *, reads: Any = None, name: str = "") -> str:
    """A convolution with bias and a ReLU; the convolution bears the name."""
    b.add(conv(out, k, s, p), inputs=reads, name=name)
    return b.add(layers.ReLU())


def conv_bn(
    b: Builder,
    out: int,
    k: Any,
    s: Any = 1,
    p: Any = 0,
    *,
    reads: Any = None,
    name: str = "",
    relu: bool = True,
    bias: bool = False,
    groups: int = 1,
) -> str:
    """A convolution, batch normalisation and a ReLU; the convolution bears the name."""
    b.add(conv(out, k, s, p, bias=bias, groups=groups), inputs=reads, name=name)
    last = b.add(layers.BatchNorm2d())
    return b.add(layers.ReLU()) if relu else last


def dense(b: Builder, *units: int) -> str:
    """Flatten, then dense layers with a ReLU between each two."""
    b.add(layers.Flatten())
    for unit in units[:-1]:
        b.chain(layers.Linear(out_features=unit), layers.ReLU())
    return b.add(layers.Linear(out_features=units[-1]))


def until(net: Net, name: str, *more: layers.Layer) -> Net:
    """A net up to one of its nodes, and more layers behind that; the last of them is called score."""
    nodes = list(net.ancestors(name))[::-1]
    for number, layer in enumerate(more, 1):
        nodes.append(Node("score" if number == len(more) else f"more{number}", layer, (nodes[-1].name,)))
    return Net(net.inputs, tuple(nodes))
