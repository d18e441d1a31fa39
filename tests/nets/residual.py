"""Networks with shortcuts or many short blocks that are not in the zoo: those of TF-slim and a Keras exercise."""

from __future__ import annotations

from typing import Any

from shapecalc import Builder, Net
from shapecalc.layers import (
    Add,
    AvgPool2d,
    Flatten,
    Linear,
    MaxPool2d,
    ReLU,
    ZeroPad2d,
)
from shapecalc.measures import measure
from tests.nets.parts import conv, conv_bn


def _shortcut(b: Builder, source: str, width: int, stride: int, *, project: bool, bias: bool = False) -> str:
    return conv_bn(b, width, 1, stride, reads=source, relu=False, bias=bias) if project else source


#: How many units each block of TF-slim's residual nets has.
SLIM = {50: (3, 4, 6, 3), 101: (3, 4, 23, 3), 152: (3, 8, 36, 3), 200: (3, 24, 36, 3)}


def slim_resnet_v1(depth: int, size: int = 224) -> Net:
    """The convolutions of TF-slim's resnet_v1: the last unit of a block has the stride, and shortcuts are sampled.

    Strided convolutions are padded by their kernel alone (``conv2d_same``); the first pooling by TensorFlow's rule,
    which depends on the input's size, so that the effective padding does too.
    """
    b = Builder((3, size, size), name=f"resnet_v1_{depth}")
    b.add(conv(64, 7, 2, 3), name="conv1")
    tf_pool(b, 3, 2)
    for block, (count, width) in enumerate(zip(SLIM[depth], (64, 128, 256, 512), strict=True), 1):
        for unit in range(count):
            source, stride = b.last, 2 if unit == count - 1 and block < 4 else 1
            b.chain(conv(width, 1), ReLU(), conv(width, 3, stride, 1), ReLU())
            main = b.add(conv(4 * width, 1))
            project = b.add(conv(4 * width, 1, stride), inputs=source) if unit == 0 else ""
            sampled = b.add(MaxPool2d(1, stride), inputs=source) if stride > 1 and not project else source
            b.add(Add(), inputs=(main, project or sampled), name=f"block{block}" if unit == count - 1 else "")
    return b.build()


def tf_pool(b: Builder, k: int, s: int, *, average: bool = False, reads: Any = None, name: str = "") -> str:
    """A pooling with TensorFlow's "SAME" padding, written as a pad; what it pads follows from a depthwise window."""
    source = reads or b.last
    size = measure(b.build())[source].output_shape[-1]
    rule = Builder((1, size, size))
    rule.add(conv(1, k, s, "tf_same"))
    axis: Any = next(iter(measure(rule.build()))).fields[0]
    before = -axis.start
    after = axis.interval(axis.count - 1)[1] - (size - 1)
    b.add(ZeroPad2d((before, after, before, after)), inputs=source)
    return b.add(AvgPool2d(k, s) if average else MaxPool2d(k, s), name=name)


def mobilenet_v1_slim(size: int = 224, width: float = 1.0) -> Net:
    """The convolutions of MobileNet v1, padded by TensorFlow's rule; unit13 is the last."""
    b = Builder((3, size, size), name="mobilenet_v1")
    conv_bn(b, int(32 * width), 3, 2, "tf_same")
    channels = int(32 * width)
    plan = ((64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), *[(512, 1)] * 5, (1024, 2), (1024, 1))
    for number, (out, stride) in enumerate(plan, 1):
        conv_bn(b, channels, 3, stride, "tf_same", groups=channels)
        channels = int(out * width)
        conv_bn(b, channels, 1, name=f"unit{number}")
    return b.build()


def keras_resnet50() -> Net:
    """ResNet-50 of the Keras exercise: biased convolutions, stride in the first 1×1, 64×64, six classes."""
    b = Builder((3, 64, 64), name="keras_resnet50")
    b.add(ZeroPad2d(3))
    conv_bn(b, 64, 7, 2, bias=True)
    b.add(MaxPool2d(3, 2))
    for stage, (count, width) in enumerate(zip((3, 4, 6, 3), (64, 128, 256, 512), strict=True), 1):
        for block in range(count):
            source, stride = b.last, 2 if block == 0 and stage > 1 else 1
            conv_bn(b, width, 1, stride, bias=True)
            conv_bn(b, width, 3, 1, "same", bias=True)
            main = conv_bn(b, 4 * width, 1, relu=False, bias=True)
            skip = _shortcut(b, source, 4 * width, stride, project=block == 0, bias=True)
            b.add(Add(), inputs=(main, skip))
            b.add(ReLU())
    b.chain(AvgPool2d(2), Flatten(), Linear(out_features=6))
    return b.build()
