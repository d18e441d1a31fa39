"""Memory against what torch holds: the storages of outputs, and what is alive at one time."""

from __future__ import annotations

import weakref
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from shapecalc import Builder, Net, layers, measure
from shapecalc.formats import parse
from shapecalc.pytorch import build
from tests import nets
from tests.narrow import integers
from tests.nets.drawn import small_nets

pytestmark = pytest.mark.filterwarnings("ignore:Using padding=.same")


def chain(shape: tuple[int, ...], *parts: Any) -> Net:
    b = Builder(shape)
    b.chain(*parts)
    return b.build()


def storages(values: list[Tensor]) -> int:
    """Bytes of the distinct memories behind some tensors."""
    return sum({value.untyped_storage().data_ptr(): value.untyped_storage().nbytes() for value in values}.values())


def held_for_training(net: Net) -> int:
    """Bytes of the input and of everything that the modules put out, a view counted with what it views."""
    value = torch.rand((1, *integers(net.inputs["input"])))
    return storages([value, *(output for _, output in build(net).values(value))])


def most_alive(net: Net) -> int:
    """The most bytes of outputs and of the input that are alive at one time while a net runs without gradients."""
    value = torch.rand((1, *integers(net.inputs["input"])))
    readers = [step for step, node in enumerate(net.nodes) if "input" in node.inputs]
    seen: list[weakref.ref[Tensor]] = []
    most = storages([value])
    results = []
    with torch.no_grad():
        for step, (name, output) in enumerate(build(net).values(value)):
            seen.append(weakref.ref(output))
            results += [output] if name in net.outputs else []  # what comes out stays
            del output
            alive = [one for one in (ref() for ref in seen) if one is not None]
            most = max(most, storages([*alive, *([value] if step <= max(readers) else [])]))
            del alive
    return most


PLAIN = {
    "chain": chain((3, 12, 12), layers.Conv2d(3, 8, 3), layers.ReLU(), layers.MaxPool2d(2), layers.Conv2d(8, 2, 3)),
    "views": chain((3, 8, 8), layers.Conv2d(3, 4, 3), layers.Flatten(), layers.Linear(144, 5), layers.Identity()),
    "widening": chain((1, 4, 4), layers.Conv2d(1, 2, 1), layers.Conv2d(2, 30, 1), layers.Conv2d(30, 3, 1)),
    "fastbook": nets.fastbook(),
    "lenet5": parse("zoo:lenet5"),
}


def residual() -> Net:
    b = Builder((4, 6, 6))
    source = b.add(layers.Conv2d(4, 4, 3, padding=1))
    b.chain(layers.Conv2d(4, 4, 3, padding=1), layers.Tanh(), layers.Conv2d(4, 4, 3, padding=1))
    b.add(layers.Add(), inputs=(b.last, source))
    b.chain(layers.ReLU(), layers.AdaptiveAvgPool2d(1), layers.Flatten(), layers.Linear(4, 3))
    return b.build()


def two_outputs() -> Net:
    b = Builder((3, 10, 10))
    early = b.add(layers.Conv2d(3, 4, 3))
    b.chain(layers.MaxPool2d(2), layers.Conv2d(4, 6, 1), layers.Conv2d(6, 60, 1))
    return b.build(early, b.last)


PLAIN["residual"] = residual()

PLAIN["two outputs"] = two_outputs()


@pytest.mark.parametrize("net", PLAIN.values(), ids=PLAIN)
def test_training_keeps_every_output(net: Net) -> None:
    """Memory for training is that of the input and of every distinct output in torch."""
    assert measure(net).memory.training == held_for_training(net)


@pytest.mark.parametrize("net", PLAIN.values(), ids=PLAIN)
def test_forward_is_the_most_alive_at_one_time(net: Net) -> None:
    """Memory for a forward pass is the most that torch holds at one time, each value freed after its last use."""
    assert measure(net).memory.forward == most_alive(net)


def test_random_nets_keep_what_torch_keeps(thorough: settings) -> None:
    """Both hold for random branching nets, where no layer hands its input on unchanged."""

    @thorough
    @given(st.data())
    def check(data: Any) -> None:
        net = data.draw(small_nets().filter(all_new))
        used = measure(net).memory
        assert (used.training, used.forward) == (held_for_training(net), most_alive(net)), f"{net.nodes}"

    check()


def all_new(net: Net) -> bool:
    """Whether every output is read or put out, and is a new tensor in torch also where nothing is to be done."""
    read = {name for node in net.nodes for name in node.inputs}
    unchanged = (
        layers.Dropout,
        layers.Identity,
        layers.Upsample,
        layers.ChannelShuffle,
        layers.PixelShuffle,
        layers.PixelUnshuffle,
    )
    pads = [node.layer for node in net.nodes if hasattr(node.layer, "padding") and not hasattr(node.layer, "stride")]
    idle = any(isinstance(node.layer, unchanged) for node in net.nodes) or any(0 in pad.padding for pad in pads)
    return not idle and {node.name for node in net.nodes} - set(net.outputs) <= read


def test_a_layer_in_place_takes_no_memory() -> None:
    """A ReLU in place writes over its input, as in torch."""
    net = chain((3, 12, 12), layers.Conv2d(3, 8, 3), layers.ReLU(inplace=True), layers.Conv2d(8, 2, 3))
    module = nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU(inplace=True), nn.Conv2d(8, 2, 3))
    values = [torch.rand(1, 3, 12, 12)]
    for layer in module:
        values.append(layer(values[-1]))
    assert measure(net).memory.training == storages(values)


def test_training_holds_what_autograd_saves() -> None:
    """All that autograd saves for the backward pass, weights apart, is among what is counted."""
    net = chain((3, 12, 12), layers.Conv2d(3, 8, 3), layers.Sigmoid(), layers.Conv2d(8, 2, 3), layers.Tanh())
    module, saved = build(net), []

    def save(value: Tensor) -> Tensor:
        saved.append(value)
        return value

    with torch.autograd.graph.saved_tensors_hooks(save, lambda value: value):
        module(torch.rand(1, 3, 12, 12)).sum().backward()
    weights = {parameter.data_ptr() for parameter in module.parameters()}
    kept = storages([value for value in saved if value.untyped_storage().data_ptr() not in weights])
    outputs = {row.name: 4 * row.output_shape[0] * row.output_shape[1] * row.output_shape[2] for row in measure(net)}
    unsaved = outputs["conv1"] + outputs["conv2"]  # a sigmoid and a tanh keep their result, not what they read
    assert measure(net).memory.training == kept + unsaved


@pytest.mark.parametrize(
    ("dtype", "size"), [("float64", 8), ("float32", 4), ("float16", 2), ("bfloat16", 2), ("int8", 1)]
)
def test_bytes_follow_the_number_type(dtype: str, size: int) -> None:
    """A type's bytes are torch's, and everything is counted in them."""
    used = measure(parse("zoo:lenet5"), dtype=dtype).memory
    numbers = measure(parse("zoo:lenet5")).parameters
    assert (size, used.parameters, used.gradients) == (getattr(torch, dtype).itemsize, size * numbers, size * numbers)
