"""Memory against torch: what autograd keeps, what is alive at one time, and what stays after a training step."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from shapecalc import Builder, Net, layers, measure, zoo
from shapecalc.formats import parse
from shapecalc.pytorch import build
from shapecalc.pytorch.modules.building import example_inputs
from tests import nets
from tests.campaigns import examples
from tests.layers.saved import saved_bytes
from tests.narrow import integer, integers
from tests.nets.drawn import small_nets

pytestmark = pytest.mark.filterwarnings("ignore:Using padding=.same")


def chain(shape: tuple[int, ...], *parts: Any) -> Net:
    b = Builder(shape)
    b.chain(*parts)
    return b.build()


def storages(values: list[Tensor]) -> int:
    """Bytes of the distinct memories behind some tensors."""
    return sum({value.untyped_storage().data_ptr(): value.untyped_storage().nbytes() for value in values}.values())


def saved_by_torch(net: Net, batch: int = 1) -> int:
    """Bytes that autograd keeps of a net, weights and buffers apart."""
    module, inputs = build(net).train(), example_inputs(net, batch)
    return saved_bytes(lambda: module(*inputs), [*module.parameters(), *module.buffers()])


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
def test_training_saves_what_autograd_saves(net: Net) -> None:
    """Each memory once, whichever layers save it, and nothing before the first parameter."""
    assert measure(net).memory.saved == saved_by_torch(net)
    assert measure(net, batch=3).memory.saved == saved_by_torch(net, 3)


@pytest.mark.parametrize("net", PLAIN.values(), ids=PLAIN)
def test_inference_is_the_most_alive_at_one_time(net: Net) -> None:
    """Inference takes the most that torch holds at one time, each value freed after its last use."""
    assert measure(net).memory.inference == most_alive(net)
    assert measure(net, batch=3).memory.inference == 3 * most_alive(net)


def test_random_nets_keep_what_torch_keeps() -> None:
    """Both hold for random branching nets, where no layer hands its input on unchanged."""

    @examples(60, deep=20_000)
    @given(st.data())
    def check(data: Any) -> None:
        net = data.draw(small_nets().filter(all_new))
        used = measure(net).memory
        assert (used.saved, used.inference) == (saved_by_torch(net), most_alive(net)), f"{net.nodes}"

    check()


#: Nets of the zoo that are small enough to run in every test run; the others run with --deep.
SMALL = ("lenet5", "lenet5_1998", "quiz", "two_blocks", "cifar_cnn", "mlp", "spreadsheet", "capsnet", "tcn")


#: Nets whose attention or recurrence saves what torch chooses by the device: a bound is known.
BOUNDED = (*zoo.FILES["vit"], "crnn")


def nets_of_the_zoo(*, bounded: bool) -> list[Any]:
    names = [name for name in zoo.names() if (name in BOUNDED) == bounded]
    return [pytest.param(name, marks=[] if name in SMALL else [pytest.mark.deep]) for name in names]


@pytest.mark.parametrize("name", nets_of_the_zoo(bounded=False))
def test_a_net_of_the_zoo_saves_what_torch_saves(name: str) -> None:
    """Every net of the zoo, at its own input."""
    net = parse(f"zoo:{name}")
    assert measure(net, batch=2).memory.saved == saved_by_torch(net, 2)


@pytest.mark.parametrize("name", nets_of_the_zoo(bounded=True))
def test_what_a_net_of_the_zoo_saves_is_within_its_bound(name: str) -> None:
    """Where torch chooses, and the bound is not far off."""
    net = parse(f"zoo:{name}")
    memory, saved = measure(net, batch=2).memory, saved_by_torch(net, 2)
    assert memory.reason
    assert saved <= integer(memory.saved) <= 1.5 * saved


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


@pytest.mark.parametrize("name", ["ReLU", "ReLU6"])
def test_a_layer_in_place_takes_no_memory(name: str) -> None:
    """A ReLU in place writes over its input, as in torch; ReLU6 has to keep a copy of it."""
    part = getattr(layers, name)(inplace=True)
    net = chain((3, 12, 12), layers.Conv2d(3, 8, 3), layers.BatchNorm2d(8), part, layers.Conv2d(8, 2, 3))
    module = nn.Sequential(nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8), getattr(nn, name)(inplace=True), nn.Conv2d(8, 2, 3))
    own = [*module.parameters(), *module.buffers()]
    value = torch.rand(2, 3, 12, 12)
    assert measure(net, batch=2).memory.saved == saved_bytes(lambda: module(value), own)


def test_nothing_is_saved_before_the_first_parameter_that_is_trained() -> None:
    """A net's input needs no gradient; frozen layers at its beginning save nothing."""
    b = Builder((3, 12, 12))
    b.chain(layers.MaxPool2d(2), layers.Sigmoid())
    b.add(layers.Conv2d(3, 8, 3), trainable=False)
    b.chain(layers.ReLU(), layers.Conv2d(8, 8, 3))
    b.add(layers.Conv2d(8, 4, 1), trainable=False)
    b.chain(layers.Tanh(), layers.Flatten(), layers.Linear(16, 3))
    net = b.build()
    report = measure(net, batch=2)
    assert report.memory.saved == saved_by_torch(net, 2)
    assert [row.saved for row in report][:4] == [0, 0, 0, 0]


def test_an_unpooling_saves_the_indices_of_its_pooling() -> None:
    """The places of a max pooling are saved once."""
    net = chain((3, 8, 8), layers.Conv2d(3, 4, 1), layers.MaxPool2d(2), layers.Conv2d(4, 4, 1), layers.MaxUnpool2d(2))
    assert measure(net, batch=2).memory.saved == saved_by_torch(net, 2)


def test_a_layer_that_no_output_needs_saves_nothing() -> None:
    """Its part of the graph is freed with its value."""
    b = Builder((3, 8, 8))
    source = b.add(layers.Conv2d(3, 4, 3))
    b.add(layers.Sigmoid())
    end = b.add(layers.Tanh(), inputs=(source,))
    net = b.build(end)
    assert measure(net, batch=2).memory.saved == saved_by_torch(net, 2)


def test_indices_are_integers_of_eight_bytes() -> None:
    """The input of an embedding, alive or saved."""
    net = parse("Embedding(10, 4) Flatten Linear(20, 2)", input_shape="5")
    assert measure(net, batch=2).memory.saved == saved_by_torch(net, 2)


TRAINERS: dict[str, Callable[..., torch.optim.Optimizer]] = {
    "sgd": partial(torch.optim.SGD, lr=0.1),
    "momentum": partial(torch.optim.SGD, lr=0.1, momentum=0.9),
    "adam": torch.optim.Adam,
    "adamw": torch.optim.AdamW,
}


@pytest.mark.parametrize("optimizer", TRAINERS)
def test_weights_buffers_gradients_and_state_are_those_of_torch(optimizer: str) -> None:
    """All that stays after a training step, frozen weights included; counters are integers of 8 bytes."""
    b = Builder((3, 8, 8))
    b.add(layers.Conv2d(3, 4, 3), trainable=False)
    b.chain(layers.BatchNorm2d(4), layers.Flatten(), layers.Linear(144, 3))
    net = b.build()
    module = build(net).train()
    trainer = TRAINERS[optimizer](module.parameters())
    module(*example_inputs(net)).sum().backward()
    trainer.step()
    used = measure(net, batch=2, optimizer=optimizer).memory
    gradients = [parameter.grad for parameter in module.parameters() if parameter.grad is not None]
    state = [value for values in trainer.state.values() for value in values.values() if isinstance(value, Tensor)]
    assert used.parameters == storages([*module.parameters()])
    assert used.buffers == storages([*module.buffers()])
    assert used.gradients == storages(gradients)
    assert used.optimizer == storages(state)


def test_the_work_of_a_training_step_is_that_of_torch() -> None:
    """Forward, and back for the weights and for what reaches them; the first layer's input needs no gradient."""
    net = PLAIN["residual"]
    module, inputs = build(net).train(), example_inputs(net)
    with FlopCounterMode(display=False) as counter:
        module(*inputs).sum().backward()
    assert measure(net, batch=2).training_macs == counter.get_total_flops() // 2


@pytest.mark.parametrize(
    ("dtype", "size"), [("float64", 8), ("float32", 4), ("float16", 2), ("bfloat16", 2), ("int8", 1)]
)
def test_bytes_follow_the_number_type(dtype: str, size: int) -> None:
    """A type's bytes are torch's, and everything is counted in them."""
    used = measure(parse("zoo:lenet5"), dtype=dtype).memory
    numbers = measure(parse("zoo:lenet5")).parameters
    kind = getattr(torch, dtype)
    gradients = size * numbers * kind.is_floating_point  # integers are not trained
    assert (size, used.parameters, used.gradients) == (kind.itemsize, size * numbers, gradients)
