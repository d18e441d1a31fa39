"""Parameters and buffers: shared weights count once, and frozen ones are apart."""

from __future__ import annotations

from shapecalc import Builder, Net, layers, measure


def siamese(*, trainable: bool = True) -> Net:
    """Two inputs through one convolution and one norm, and a head of their own."""
    b = Builder((3, 8, 8), other=(3, 8, 8))
    window, norm = layers.Conv2d(3, 4, 3), layers.BatchNorm2d(4)
    ends = []
    for source in ("input", "other"):
        b.add(window, inputs=source, trainable=trainable)
        ends.append(b.add(norm))
    b.add(layers.Concat(), inputs=ends)
    b.chain(layers.Flatten(), layers.Linear(out_features=2))
    return b.build()


def test_the_second_use_of_a_layer_owns_nothing() -> None:
    """The row of a second use names the first and has no parameters of its own, but does its work again."""
    report = measure(siamese())
    found = [(row.share, row.parameters, row.macs) for row in report if row.type == "Conv2d"]
    assert found == [("", 112, 3888), ("conv1", 0, 3888)]
