"""Pieces that the published networks are put together from; input counts are left for the engine to find."""

from __future__ import annotations

from typing import Any

from shapecalc import Builder, layers


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


def head(b: Builder, classes: int) -> str:
    """Global average pooling and one dense layer."""
    return b.chain(layers.AdaptiveAvgPool2d(1), layers.Flatten(), layers.Linear(out_features=classes))
