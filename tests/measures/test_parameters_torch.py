"""Parameters and buffers are those of torch."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from shapecalc import Builder, Net, layers, measure
from shapecalc.formats import parse
from shapecalc.pytorch import build
from tests.campaigns import examples
from tests.measures.test_parameters import siamese
from tests.nets.drawn import small_nets


def in_torch(net: Net) -> tuple[int, int, int]:
    """Parameters, those that train, and buffers of the torch module."""
    module = build(net, device="meta")
    parameters = list(module.parameters())
    trainable = [parameter for parameter in parameters if parameter.requires_grad]
    return (
        sum(p.numel() for p in parameters),
        sum(p.numel() for p in trainable),
        sum(b.numel() for b in module.buffers()),
    )


def counted(net: Net) -> tuple[Any, Any, Any]:
    report = measure(net)
    return report.parameters, report.trainable, report.buffers


def test_a_layer_used_twice_counts_once() -> None:
    """Weights and buffers that two nodes share are counted at the first, as in torch."""
    net = siamese()
    assert counted(net) == in_torch(net)


def test_two_equal_layers_are_two() -> None:
    """Two layers that are equal but not the same object have weights of their own."""
    b = Builder((3, 8, 8))
    b.chain(layers.Conv2d(3, 3, 3), layers.Conv2d(3, 3, 3))
    net = b.build()
    assert counted(net) == in_torch(net) == (168, 168, 0)


def test_frozen_weights_do_not_train() -> None:
    """Weights that do not train are parameters all the same, as in torch."""
    net = siamese(trainable=False)
    assert counted(net) == in_torch(net)


def test_buffers_are_apart() -> None:
    """Running statistics and the batches counted are buffers, not parameters."""
    b = Builder((5, 4, 4))
    b.chain(
        layers.BatchNorm2d(5), layers.BatchNorm2d(5, track_running_stats=False), layers.BatchNorm2d(5, affine=False)
    )
    assert counted(b.build()) == in_torch(b.build()) == (20, 20, 22)


def test_a_published_net_has_torchs_tensors() -> None:
    """Every tensor of DenseNet-121 has torch's name and shape."""
    net = parse("zoo:densenet121")
    ours = {f"{row.name}.{name}": shape for row in measure(net) for name, shape in row.weights.items()}
    assert ours == {name: tuple(value.shape) for name, value in build(net, device="meta").named_parameters()}


def test_random_nets_have_torchs_counts() -> None:
    """Parameters, trainable parameters and buffers of random nets are torch's."""

    @examples(60, deep=20_000)
    @given(st.data())
    def check(data: Any) -> None:
        net = data.draw(small_nets())
        assert counted(net) == in_torch(net)

    check()
