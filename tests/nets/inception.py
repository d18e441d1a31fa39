"""GoogLeNet and Inception v3, as the paper and as torchvision have them."""

from __future__ import annotations

from collections.abc import Callable

from shapecalc import Builder, Net
from shapecalc.layers import AvgPool2d, Concat, Flatten, Linear, LocalResponseNorm, MaxPool2d
from tests.nets.parts import conv, conv_bn, conv_relu, head

#: A branch: adds its layers behind the node it is given and returns the last one's name.
Branch = Callable[[str], str]
#: Kernel, stride and padding along one or two axes.
Window = tuple[int | tuple[int, int], int, int | tuple[int, int]]

#: GoogLeNet's modules: 1×1, 3×3 reduce, 3×3, 5×5 reduce, 5×5, pool projection (Table 1 of Szegedy et al., 2014).
GOOGLENET = {
    "3a": (64, 96, 128, 16, 32, 32),
    "3b": (128, 128, 192, 32, 96, 64),
    "4a": (192, 96, 208, 16, 48, 64),
    "4b": (160, 112, 224, 24, 64, 64),
    "4c": (128, 128, 256, 24, 64, 64),
    "4d": (112, 144, 288, 32, 64, 64),
    "4e": (256, 160, 320, 32, 128, 128),
    "5a": (256, 160, 320, 32, 128, 128),
    "5b": (384, 192, 384, 48, 128, 128),
}


def module(b: Builder, widths: tuple[int, ...], name: str = "", *, five: int = 5, bn: bool = False) -> str:
    """GoogLeNet's module; torchvision has a 3×3 in the place of the 5×5, and batch normalisation."""
    source = b.last
    unit = conv_bn if bn else conv_relu
    one, reduce3, three, reduce5, wide, project = widths
    ends = [unit(b, one, 1, reads=source)]
    unit(b, reduce3, 1, reads=source)
    ends.append(unit(b, three, 3, 1, 1))
    unit(b, reduce5, 1, reads=source)
    ends.append(unit(b, wide, five, 1, five // 2))
    b.add(MaxPool2d(3, 1, 1, ceil_mode=True), inputs=source)
    ends.append(unit(b, project, 1))
    return b.add(Concat(), inputs=ends, name=name)


def inception_module(channels: int, widths: list[int], size: int) -> Net:
    """One module of GoogLeNet without biases, for counting."""
    b = Builder((channels, size, size))
    source = b.last
    one, reduce3, three, reduce5, wide, project = widths
    ends = [b.add(conv(one, 1, bias=False), inputs=source)]
    b.add(conv(reduce3, 1, bias=False), inputs=source)
    ends.append(b.add(conv(three, 3, 1, 1, bias=False)))
    b.add(conv(reduce5, 1, bias=False), inputs=source)
    ends.append(b.add(conv(wide, 5, 1, 2, bias=False)))
    b.add(MaxPool2d(3, 1, 1), inputs=source)
    ends.append(b.add(conv(project, 1, bias=False)))
    b.add(Concat(), inputs=ends)
    return b.build()


def googlenet(*, torchvision: bool = True) -> Net:
    """GoogLeNet without auxiliary classifiers: torchvision's, or the paper's as FCN uses it."""
    b = Builder((3, 224, 224), name="googlenet")
    unit = conv_bn if torchvision else conv_relu
    unit(b, 64, 7, 2, 3)
    b.add(MaxPool2d(3, 2, ceil_mode=True))
    if not torchvision:
        b.add(LocalResponseNorm(5))
    unit(b, 64, 1)
    unit(b, 192, 3, 1, 1)
    for name, widths in GOOGLENET.items():
        if name in ("3a", "4a", "5a"):
            b.add(MaxPool2d(2 if torchvision and name == "5a" else 3, 2, ceil_mode=True))
        module(b, widths, name, five=3 if torchvision else 5, bn=torchvision)
    if torchvision:
        head(b, 1000)
    else:
        b.add(conv(21, 7), name="score")
    return b.build()


def windows(b: Builder, source: str, *units: tuple[int, Window]) -> str:
    """Convolutions with batch normalisation, one behind the other."""
    for number, (out, (k, s, p)) in enumerate(units):
        conv_bn(b, out, k, s, p, reads=source if number == 0 else None)
    return b.last


ONE: Window = (1, 1, 0)
THREE: Window = (3, 1, 1)
DOWN: Window = (3, 2, 0)
FIVE: Window = (5, 1, 2)


def row(k: int) -> Window:
    """A window of 1×k that keeps the size."""
    return (1, k), 1, (0, k // 2)


def column(k: int) -> Window:
    """A window of k×1 that keeps the size."""
    return (k, 1), 1, (k // 2, 0)


def inception_v3(*, auxiliary: bool = False) -> Net:
    """Inception v3 of torchvision, with the auxiliary classifier or without."""
    b = Builder((3, 299, 299), name="inception_v3")

    def pooled(source: str, out: int) -> str:
        b.add(AvgPool2d(3, 1, 1), inputs=source)
        return conv_bn(b, out, 1)

    def join(*ends: str) -> str:
        return b.add(Concat(), inputs=ends)

    windows(b, b.last, (32, DOWN), (32, (3, 1, 0)), (64, THREE))
    b.add(MaxPool2d(3, 2))
    windows(b, b.last, (80, ONE), (192, (3, 1, 0)))
    x = b.add(MaxPool2d(3, 2))
    for project in (32, 64, 64):
        ends = [windows(b, x, (64, ONE)), windows(b, x, (48, ONE), (64, FIVE))]
        x = join(*ends, windows(b, x, (64, ONE), (96, THREE), (96, THREE)), pooled(x, project))
    ends = [windows(b, x, (384, DOWN)), windows(b, x, (64, ONE), (96, THREE), (96, DOWN))]
    x = join(*ends, b.add(MaxPool2d(3, 2), inputs=x))
    for c in (128, 160, 160, 192):
        ends = [windows(b, x, (192, ONE)), windows(b, x, (c, ONE), (c, row(7)), (192, column(7)))]
        ends.append(windows(b, x, (c, ONE), (c, column(7)), (c, row(7)), (c, column(7)), (192, row(7))))
        x = join(*ends, pooled(x, 192))
    outputs = []
    if auxiliary:
        b.add(AvgPool2d(5, 3), inputs=x)
        windows(b, b.last, (128, ONE), (768, (5, 1, 0)))
        outputs.append(b.chain(Flatten(), Linear(out_features=1000)))
    ends = [windows(b, x, (192, ONE), (320, DOWN))]
    ends.append(windows(b, x, (192, ONE), (192, row(7)), (192, column(7)), (192, DOWN)))
    x = join(*ends, b.add(MaxPool2d(3, 2), inputs=x))
    for _ in range(2):
        three, deep = windows(b, x, (384, ONE)), windows(b, x, (448, ONE), (384, THREE))
        ends = [windows(b, x, (320, ONE))]
        ends += [windows(b, source, (384, way)) for source in (three, deep) for way in (row(3), column(3))]
        x = join(*ends, pooled(x, 192))
    outputs.insert(0, head(b, 1000))
    return b.build(*outputs)
