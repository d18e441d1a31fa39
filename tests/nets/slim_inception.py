"""The windows of TF-slim's later Inception nets, for their receptive fields; few channels, since none is counted.

Padded windows follow TensorFlow's rule; the others ("valid" in the sources) have no padding.
"""

from __future__ import annotations

from shapecalc import Builder, Net
from shapecalc.layers import Add, Concat, MaxPool2d
from shapecalc.measures import measure
from tests.narrow import integer
from tests.nets.parts import conv
from tests.nets.residual import tf_pool

#: A window: its kernel, and ``!`` where it halves the size.
Step = int | tuple[int, int] | str


class Slim:
    """Adds TF-slim's modules to a net of 8 channels per branch."""

    def __init__(self, name: str, size: int, *, halving: str = "valid") -> None:
        self.b = Builder((3, size, size), name=name)
        self.halving = halving

    def branch(self, source: str, *steps: Step) -> str:
        """Convolutions one behind the other; "3!" halves, "3v" is not padded, "max3!" pools."""
        for step in steps:
            source = self._step(source, step)
        return source

    def _step(self, source: str, step: Step) -> str:
        if not isinstance(step, str):
            return self.b.add(conv(8, step, 1, "tf_same"), inputs=source)
        k, s = int("".join(filter(str.isdigit, step))), 2 if "!" in step else 1
        if step.startswith(("max", "avg")):
            if self.halving == "valid" and s == 2:
                return self.b.add(MaxPool2d(k, s), inputs=source)
            return tf_pool(self.b, k, s, average=step.startswith("avg"), reads=source)
        return self.b.add(conv(8, k, s, self.halving), inputs=source)

    def mix(self, source: str, *branches: tuple[Step, ...]) -> str:
        """Branches side by side."""
        return self.b.add(Concat(), inputs=[self.branch(source, *steps) for steps in branches])

    def residual(self, source: str, *branches: tuple[Step, ...]) -> str:
        """Branches side by side, projected and added to what they read."""
        (width, *_) = measure(self.b.build())[source].output_shape
        self.b.add(conv(integer(width), 1), inputs=self.mix(source, *branches))
        return self.b.add(Add(), inputs=(source, self.b.last))


ROW, COLUMN = (1, 7), (7, 1)


def inception_v2_slim(size: int = 224) -> Net:
    """Inception v2 (with batch normalisation): every window is padded."""
    net = Slim("inception_v2", size, halving="tf_same")
    x = net.branch("input", "7!", "max3!", 1, 3, "max3!")
    normal = ((1,), (1, 3), (1, 3, 3))
    for halve, count in ((False, 2), (True, 4), (True, 1)):
        if halve:
            x = net.mix(x, (1, "3!"), (1, 3, "3!"), ("max3!",))
        for _ in range(count):
            x = net.mix(x, *normal, ("avg3", 1))
    net.mix(x, *normal, ("max3", 1))
    return net.b.build()


def inception_v3_slim(size: int = 299) -> Net:
    """Inception v3 of TF-slim."""
    net = Slim("inception_v3", size)
    x = net.branch("input", "3!", "3v", 3, "max3!", "1v", "3v", "max3!")
    for _ in range(3):
        x = net.mix(x, (1,), (1, 5), (1, 3, 3), ("avg3", 1))
    x = net.mix(x, ("3!",), (1, 3, "3!"), ("max3!",))
    for _ in range(4):
        x = net.mix(x, (1,), (1, ROW, COLUMN), (1, COLUMN, ROW, COLUMN, ROW), ("avg3", 1))
    x = net.mix(x, (1, "3!"), (1, ROW, COLUMN, "3!"), ("max3!",))
    for _ in range(2):
        x = net.mix(x, (1,), (1, (1, 3)), (1, (3, 1)), (1, 3, (1, 3)), (1, 3, (3, 1)), ("avg3", 1))
    return net.b.build()


def inception_v4_slim(size: int = 299) -> Net:
    """Inception v4 of TF-slim."""
    net = Slim("inception_v4", size)
    x = net.branch("input", "3!", "3v", 3)
    x = net.mix(x, ("max3!",), ("3!",))
    x = net.mix(x, (1, "3v"), (1, ROW, COLUMN, "3v"))
    x = net.mix(x, ("3!",), ("max3!",))
    for _ in range(4):
        x = net.mix(x, (1,), (1, 3), (1, 3, 3), ("avg3", 1))
    x = net.mix(x, ("3!",), (1, 3, "3!"), ("max3!",))
    for _ in range(7):
        x = net.mix(x, (1,), (1, ROW, COLUMN), (1, COLUMN, ROW, COLUMN, ROW), ("avg3", 1))
    x = net.mix(x, (1, "3!"), (1, ROW, COLUMN, "3!"), ("max3!",))
    for _ in range(3):
        deep = (1, (3, 1), (1, 3))
        x = net.mix(x, (1,), (1, (1, 3)), (1, (3, 1)), (*deep, (1, 3)), (*deep, (3, 1)), ("avg3", 1))
    return net.b.build()


def inception_resnet_v2_slim(size: int = 299) -> Net:
    """Inception-ResNet v2 of TF-slim."""
    net = Slim("inception_resnet_v2", size)
    x = net.branch("input", "3!", "3v", 3, "max3!", "1v", "3v", "max3!")
    x = net.mix(x, (1,), (1, 5), (1, 3, 3), ("avg3", 1))
    for _ in range(10):
        x = net.residual(x, (1,), (1, 3), (1, 3, 3))
    x = net.mix(x, ("3!",), (1, 3, "3!"), ("max3!",))
    for _ in range(20):
        x = net.residual(x, (1,), (1, ROW, COLUMN))
    x = net.mix(x, (1, "3!"), (1, "3!"), (1, 3, "3!"), ("max3!",))
    for _ in range(10):
        x = net.residual(x, (1,), (1, (1, 3), (3, 1)))
    net.branch(x, 1)
    return net.b.build()
