"""Networks that are a chain, or nearly one, and are not in the zoo: other AlexNets and NiNs, small teaching nets."""

from __future__ import annotations

from shapecalc import Builder, Net
from shapecalc.layers import (
    AdaptiveAvgPool2d,
    AdaptiveAvgPool3d,
    BatchNorm2d,
    Conv1d,
    Dropout,
    Flatten,
    Linear,
    MaxPool2d,
    ReLU,
    Sigmoid,
    Unflatten,
    ZeroPad2d,
)
from tests.nets.parts import conv, conv_relu, dense


def alexnet_v2_slim(size: int = 224) -> Net:
    """The convolutions of TF-slim's alexnet_v2."""
    b = Builder((3, size, size), name="alexnet_v2")
    for name, layer in {
        "conv1": conv(64, 11, 4),
        "pool1": MaxPool2d(3, 2),
        "conv2": conv(192, 5, 1, 2),
        "pool2": MaxPool2d(3, 2),
        "conv3": conv(384, 3, 1, 1),
        "conv4": conv(384, 3, 1, 1),
        "conv5": conv(256, 3, 1, 1),
        "pool5": MaxPool2d(3, 2),
    }.items():
        b.add(layer, name=name)
    return b.build()


def alexnet_d2l() -> Net:
    """AlexNet as Dive into Deep Learning builds it: one channel, padding 1 in the first convolution."""
    b = Builder((1, 224, 224), name="alexnet_d2l")
    b.chain(conv(96, 11, 4, 1), MaxPool2d(3, 2), conv(256, 5, 1, 2), MaxPool2d(3, 2))
    b.chain(conv(384, 3, 1, 1), conv(384, 3, 1, 1), conv(256, 3, 1, 1), MaxPool2d(3, 2))
    b.add(Flatten(), name="flatten")
    return b.build()


def nin_d2l() -> Net:
    """Network in network as Dive into Deep Learning builds it: one channel, ten classes, 224."""
    b = Builder((1, 224, 224), name="nin_d2l")
    for out, k, s, p in ((96, 11, 4, 0), (256, 5, 1, 2), (384, 3, 1, 1), (10, 3, 1, 1)):
        conv_relu(b, out, k, s, p)
        conv_relu(b, out, 1)
        conv_relu(b, out, 1)
        if out > 10:
            b.add(MaxPool2d(3, 2))
    b.chain(Dropout(), AdaptiveAvgPool2d(1), Flatten())
    return b.build()


def capsnet_baseline(padding: str) -> Net:
    """The convolutional net that CapsNet is compared with on MNIST."""
    b = Builder((1, 28, 28), name="capsnet_baseline")
    for out in (256, 256, 128):
        conv_relu(b, out, 5, 1, padding)
    dense(b, 328, 192, 10)
    return b.build()


def capsnet(*, decoder: bool = True) -> Net:
    """CapsNet for MNIST; routing, which has no parameters, is written with uniform coupling: a mean."""
    b = Builder((1, 28, 28), name="capsnet")
    conv_relu(b, 256, 9)
    b.add(conv(256, 9, 2), name="primary")
    b.chain(Flatten(), Unflatten(1, (9216, 1)), Conv1d(9216, 1152 * 160, 1, groups=1152, bias=False))
    b.chain(Unflatten(1, (1, 1152, 160)), AdaptiveAvgPool3d((1, None, None)))
    b.add(Flatten(), name="capsules")
    if decoder:
        dense(b, 512, 1024, 784)
    return b.build()


def fastbook() -> Net:
    """simple_cnn of fastbook, chapter 13."""
    b = Builder((1, 28, 28), name="fastbook")
    for number, out in enumerate((4, 8, 16, 32, 2), 1):
        b.add(conv(out, 3, 2, 1), name=f"conv{number}")
        if number < 5:
            b.add(ReLU())
    b.add(Flatten())
    return b.build()


def happy_house() -> Net:
    """The Keras tutorial's Happy House net."""
    b = Builder((3, 64, 64), name="happy_house")
    b.add(ZeroPad2d(3))
    b.add(conv(32, 7), name="conv0")
    b.add(BatchNorm2d(), name="bn0")
    b.chain(ReLU(), MaxPool2d(2), Flatten(), Linear(out_features=1), Sigmoid())
    return b.build()
