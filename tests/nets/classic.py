"""Networks that are a chain, or nearly one: LeNet-5, AlexNet, VGG, NiN, SqueezeNet, CapsNet and small teaching nets."""

from __future__ import annotations

from shapecalc import Builder, Net
from shapecalc.layers import (
    AdaptiveAvgPool2d,
    AdaptiveAvgPool3d,
    AvgPool2d,
    BatchNorm2d,
    Concat,
    Conv1d,
    Conv2d,
    Dropout,
    Flatten,
    Linear,
    LocalResponseNorm,
    LPPool2d,
    MaxPool2d,
    ReLU,
    Sigmoid,
    Tanh,
    Unflatten,
    ZeroPad2d,
    ZeroPad3d,
)
from tests.nets.parts import conv, conv_relu, dense


def lenet5() -> Net:
    """LeNet-5 as it is taught today: dense C3, plain pooling, for 32×32."""
    b = Builder((1, 32, 32), name="lenet5")
    b.add(conv(6, 5), name="c1")
    b.add(Sigmoid())
    b.add(AvgPool2d(2), name="s2")
    b.add(conv(16, 5), name="c3")
    b.add(Sigmoid())
    b.add(AvgPool2d(2), name="s4")
    b.add(conv(120, 5), name="c5")
    b.chain(Sigmoid(), Flatten(), Linear(out_features=84), Sigmoid(), Linear(out_features=10))
    return b.build()


#: Which maps of S2 each map of C3 reads: Table I of LeCun et al. (1998).
C3_READS = (
    *((i, (i + 1) % 6, (i + 2) % 6) for i in range(6)),
    *((i, (i + 1) % 6, (i + 2) % 6, (i + 3) % 6) for i in range(6)),
    (0, 1, 3, 4),
    (1, 2, 4, 5),
    (0, 2, 3, 5),
    (0, 1, 2, 3, 4, 5),
)


def lenet5_1998(*, one_coefficient: bool = True) -> Net:
    """LeNet-5 as published: sparse C3, subsampling with one coefficient and one bias per map, fixed RBF output.

    The engine has no layer for a coefficient that is shared within a window. The number of parameters is that of a
    sum over the window and a 1×1 convolution per map; the number of connections is that of a 2×2 convolution per map.
    """

    def subsample(maps: int, name: str) -> None:
        if one_coefficient:
            b.add(LPPool2d(1.0, 2))
        k = 1 if one_coefficient else 2
        b.add(Conv2d(maps, maps, k, stride=k, groups=maps), name=name)
        b.add(Tanh())

    b = Builder((1, 32, 32), name="lenet5_1998")
    b.add(conv(6, 5), name="C1")
    subsample(6, "S2")
    maps = b.last
    planes = []
    for channel in range(6):
        b.chain(Unflatten(1, (1, 6)), ZeroPad3d((0, 0, 0, 0, -channel, channel - 5)), Flatten(1, 2), inputs=maps)
        planes.append(b.last)
    outs = []
    for number, chosen in enumerate(C3_READS):
        b.add(Concat(), inputs=[planes[channel] for channel in chosen])
        outs.append(b.add(conv(1, 5), name=f"C3_{number}"))
    b.add(Concat(), inputs=outs)
    subsample(16, "S4")
    b.add(conv(120, 5), name="C5")
    b.chain(Tanh(), Flatten())
    b.add(Linear(120, 84), name="F6")
    b.add(Linear(84, 10, bias=False), name="output", trainable=False)
    return b.build()


def alexnet() -> Net:
    """AlexNet of torchvision: one column, the second paper's widths, 224."""
    b = Builder((3, 224, 224), name="alexnet")
    conv_relu(b, 64, 11, 4, 2)
    b.add(MaxPool2d(3, 2))
    conv_relu(b, 192, 5, 1, 2)
    b.add(MaxPool2d(3, 2))
    conv_relu(b, 384, 3, 1, 1)
    conv_relu(b, 256, 3, 1, 1)
    conv_relu(b, 256, 3, 1, 1)
    b.chain(MaxPool2d(3, 2), AdaptiveAvgPool2d(6), Dropout())
    dense(b, 4096, 4096, 1000)
    return b.build()


def alexnet_227(groups: int = 1, *, fully_convolutional: bool = False) -> Net:
    """AlexNet of 2012 on 227×227, in one column or in two groups; FCN-AlexNet turns its dense layers into windows."""
    b = Builder((3, 227, 227), name="alexnet_227")
    for name, out, k, s, p, split, pooled in (
        ("conv1", 96, 11, 4, 0, 1, "pool1"),
        ("conv2", 256, 5, 1, 2, groups, "pool2"),
        ("conv3", 384, 3, 1, 1, 1, ""),
        ("conv4", 384, 3, 1, 1, groups, ""),
        ("conv5", 256, 3, 1, 1, groups, "pool5"),
    ):
        b.add(conv(out, k, s, p, groups=split), name=name)
        b.add(ReLU())
        if pooled in ("pool1", "pool2"):
            b.add(LocalResponseNorm(5))
        if pooled:
            b.add(MaxPool2d(3, 2), name=pooled)
    if fully_convolutional:
        b.chain(conv(4096, 6), ReLU(), conv(4096, 1), ReLU())
        b.add(conv(21, 1), name="score")
    else:
        b.add(Flatten(), name="flatten")
        b.add(Linear(out_features=4096), name="fc1")
        b.add(Linear(out_features=4096), name="fc2")
        b.add(Linear(out_features=1000), name="fc3")
    return b.build()


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


#: How many convolutions each of VGG's five stages has.
VGG = {11: (1, 1, 2, 2, 2), 16: (2, 2, 3, 3, 3)}


def vgg(depth: int, *, bn: bool = False, size: int = 224, classifier: bool = True) -> Net:
    """VGG-11 or VGG-16; the nodes are called as in TF-slim: conv1_1, ..., pool5."""
    b = Builder((3, size, size), name=f"vgg{depth}")
    for stage, (count, width) in enumerate(zip(VGG[depth], (64, 128, 256, 512, 512), strict=True), 1):
        for number in range(1, count + 1):
            b.add(conv(width, 3, 1, 1), name=f"conv{stage}_{number}")
            if bn:
                b.add(BatchNorm2d())
            b.add(ReLU(inplace=True))
        b.add(MaxPool2d(2), name=f"pool{stage}")
    if classifier:
        b.add(Flatten(), name="flatten")
        for number, units in enumerate((4096, 4096, 1000), 1):
            b.add(Linear(out_features=units), name=f"fc{number}")
            if number < 3:
                b.add(ReLU(inplace=True))
    return b.build()


def nin_cifar() -> Net:
    """Network in network for CIFAR-10, with the pooling of Caffe's zoo (ceil mode)."""
    b = Builder((3, 32, 32), name="nin_cifar")
    for out, k, p in ((192, 5, 2), (160, 1, 0), (96, 1, 0)):
        conv_relu(b, out, k, 1, p)
    b.chain(MaxPool2d(3, 2, ceil_mode=True), Dropout())
    for out, k, p in ((192, 5, 2), (192, 1, 0), (192, 1, 0)):
        conv_relu(b, out, k, 1, p)
    b.chain(AvgPool2d(3, 2, ceil_mode=True), Dropout())
    for out, k, p in ((192, 3, 1), (192, 1, 0), (10, 1, 0)):
        conv_relu(b, out, k, 1, p)
    b.chain(AvgPool2d(8), Flatten())
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


def fire(b: Builder, squeeze: int, expand: int, name: str = "") -> str:
    """SqueezeNet's module: a 1×1 squeeze, then 1×1 and 3×3 side by side."""
    narrow = conv_relu(b, squeeze, 1)
    one = conv_relu(b, expand, 1, reads=narrow)
    three = conv_relu(b, expand, 3, 1, 1, reads=narrow)
    return b.add(Concat(), inputs=(one, three), name=name)


def squeezenet1_0() -> Net:
    """SqueezeNet 1.0 of torchvision."""
    b = Builder((3, 224, 224), name="squeezenet1_0")
    conv_relu(b, 96, 7, 2)
    b.add(MaxPool2d(3, 2, ceil_mode=True))
    for number, (squeeze, expand) in enumerate(
        ((16, 64), (16, 64), (32, 128), (32, 128), (48, 192), (48, 192), (64, 256), (64, 256)), 2
    ):
        fire(b, squeeze, expand, f"fire{number}")
        if number in (4, 8):
            b.add(MaxPool2d(3, 2, ceil_mode=True))
    b.add(Dropout())
    conv_relu(b, 1000, 1)
    b.chain(AdaptiveAvgPool2d(1), Flatten())
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
