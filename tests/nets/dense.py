"""Networks whose output is a map or a sequence: dilated stacks."""

from __future__ import annotations

from shapecalc import Builder, Net
from shapecalc.layers import (
    Add,
    Conv1d,
    Multiply,
    ReLU,
    Sigmoid,
    Tanh,
)
from tests.nets.parts import conv


def wavenet(length: int = 4096) -> Net:
    """One stack of WaveNet: causal convolutions with gates, dilations 1 to 512, residual and skip connections."""
    b = Builder((32, length), name="wavenet")
    skips = []
    for power in range(10):
        source = b.last
        window = {"kernel_size": 2, "dilation": 1 << power, "padding": "causal"}
        b.add(Conv1d(32, 32, **window))
        signal = b.add(Tanh())
        b.add(Conv1d(32, 32, **window), inputs=source)
        gate = b.add(Sigmoid())
        gated = b.add(Multiply(), inputs=(signal, gate))
        skips.append(b.add(Conv1d(32, 64, 1), inputs=gated))
        b.add(Conv1d(32, 32, 1), inputs=gated)
        b.add(Add(), inputs=(b.last, source))
    b.add(Add(), inputs=skips, name="output")
    return b.build()


def tcn(kernel_size: int = 4, blocks: int = 7, length: int = 2048) -> Net:
    """A temporal convolutional net: two causal convolutions per block, dilations 1, 2, 4, ..."""
    b = Builder((8, length), name="tcn")
    for block in range(blocks):
        source = b.last
        for _ in range(2):
            b.chain(Conv1d(8, 8, kernel_size, dilation=1 << block, padding="causal"), ReLU())
        b.add(Add(), inputs=(b.last, source), name="output" if block == blocks - 1 else "")
    return b.build()


def context_module(channels: int = 21, size: int = 64) -> Net:
    """Yu and Koltun's basic context module: dilations 1, 1, 2, 4, 8, 16, 1, then 1×1."""
    b = Builder((channels, size, size), name="context_module")
    for number, dilation in enumerate((1, 1, 2, 4, 8, 16, 1), 1):
        b.add(conv(channels, 3, 1, dilation, dilation=dilation), name=f"layer{number}")
        b.add(ReLU())
    b.add(conv(channels, 1), name="layer8")
    return b.build()
