"""Views of values that lie in another order in memory, against torch."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from shapecalc import Builder, Net, ShapeError, layers, measure, parse
from shapecalc.layers import REGISTRY
from shapecalc.layers.core.strides import MemoryOrder
from shapecalc.measures.sizes import walk
from shapecalc.pytorch import build
from shapecalc.pytorch.modules.building import example_inputs
from shapecalc.pytorch.modules.layers import call, module_of
from tests.campaigns import examples
from tests.layers.besides import METHODS
from tests.layers.saved import saved_bytes
from tests.narrow import integer, integers
from tests.pytorch.samples import SAMPLES

Draw = Callable[[st.SearchStrategy[Any]], Any]
#: What a layer is made with: its name and arguments.
Made = tuple[str, dict[str, Any]]

SIZES = st.sampled_from((1, 2, 2, 3, 4))


def move(draw: Draw, shape: tuple[int, ...]) -> Made:
    """A layer that this shape allows."""
    dims = len(shape)
    dim = draw(st.integers(1, dims))
    moves: list[Made] = [
        ("Permute", {"order": (0, *draw(st.permutations(range(1, dims + 1))))}),
        ("Transpose", {"dim0": dim, "dim1": draw(st.integers(1, dims))}),
        ("Unsqueeze", {"dim": dim}),
        ("Slice", {"dim": dim, "step": draw(st.sampled_from((1, 2)))}),
        ("Chunk", {"chunks": 2, "dim": dim, "index": 0}),
        ("Expand", {"sizes": tuple(3 if size == 1 and draw(st.booleans()) else -1 for size in shape)}),
        ("Reshape", {"sizes": grouped(draw, shape)}),
        ("View", {"sizes": grouped(draw, shape)}),
        ("ReLU", {}),
        ("Linear", {"in_features": shape[-1], "out_features": 4}),
    ]
    if dims > 1:
        moves += [("Select", {"dim": dim, "index": draw(st.sampled_from((0, -1)))}), ("Squeeze", {"dim": dim})]
    return draw(st.sampled_from(moves))


def grouped(draw: Draw, shape: tuple[int, ...]) -> tuple[int, ...]:
    """The sizes of a shape, some neighbours joined and one parted."""
    sizes = list(shape)
    for _ in range(draw(st.integers(0, len(sizes) - 1))):
        place = draw(st.integers(0, len(sizes) - 2))
        sizes[place : place + 2] = [sizes[place] * sizes[place + 1]]
    place = draw(st.integers(0, len(sizes) - 1))
    divisor = draw(st.sampled_from([number for number in (1, 2, 3) if sizes[place] % number == 0]))
    if divisor > 1:
        sizes[place : place + 1] = [divisor, sizes[place] // divisor]
    return tuple(sizes)


def applied(value: torch.Tensor, made: Made) -> torch.Tensor:
    """What torch makes of it."""
    name, arguments = made
    if name in METHODS:
        return METHODS[name](value, **arguments)
    module: torch.Tensor = getattr(nn, name)(**arguments)(value)
    return module


@st.composite
def chains(draw: Draw) -> tuple[tuple[int, ...], list[Made], bool]:
    """A shape, layers, and whether torch runs the last one, a view."""
    shape = tuple(draw(st.lists(SIZES, min_size=1, max_size=4)))
    value = torch.zeros(3, *shape)
    chain: list[Made] = []
    for _ in range(draw(st.integers(1, 5))):
        made = move(draw, tuple(value.shape[1:]))
        try:
            value = applied(value, made)
        except RuntimeError:
            return shape, [*chain, made], False
        chain.append(made)
    view = ("View", {"sizes": grouped(draw, tuple(value.shape[1:]))})
    try:
        applied(value, view)
    except RuntimeError:
        return shape, [*chain, view], False
    return shape, [*chain, view], True


def net_of(shape: tuple[int, ...], chain: list[Made]) -> Net:
    b = Builder(shape)
    b.chain(*(REGISTRY[name](**arguments) for name, arguments in chain))
    return b.build()


@examples(150, deep=20_000)
@given(chains())
def test_a_view_is_refused_where_torch_refuses_it(drawn: tuple[tuple[int, ...], list[Made], bool]) -> None:
    """Behind views, whatever they are; behind other layers of turned values it may be left to torch, with a warning."""
    shape, chain, runs = drawn
    net = net_of(shape, chain)
    refusals = [refusal(net, question) for question in (measure, walk)]
    assert refusals[0] == refusals[1]
    if refusals[0]:
        assert not runs
        assert "torch refuses a view that would need a copy" in refusals[0]
    elif not runs:
        assert any("torch refuses a view" in warning for warning in measure(net).warnings())


def refusal(net: Net, question: Callable[[Net], Any]) -> str:
    """Why the engine refuses a net; "" where it does not."""
    try:
        question(net)
    except ShapeError as refused:
        return refused.reason
    return ""


def turned(value: torch.Tensor) -> torch.Tensor:
    """The same values, in the opposite order in memory but for the batch."""
    order = [0, *range(value.dim() - 1, 0, -1)]
    return value.permute(order).contiguous().permute(order)


@pytest.mark.parametrize("name", SAMPLES)
def test_a_layer_leaves_its_output_in_the_order_that_it_declares(name: str) -> None:
    """In order where its inputs are, or always; in training and evaluation."""
    sample, shapes = SAMPLES[name]
    layer = sample.resolve(shapes)
    if layer.view or layer.memory_order is MemoryOrder.OPEN:
        return
    dtype = torch.int64 if name.startswith("Embedding") else torch.float32
    inputs = [torch.zeros(3, *integers(shape), dtype=dtype) for shape in shapes]
    orders = [inputs, *([list(map(turned, inputs))] if layer.memory_order is MemoryOrder.MADE else [])]
    for values in orders:
        indices = [torch.zeros_like(values[0], dtype=torch.int64)] if name.startswith("MaxUnpool") else []
        for training in (True, False):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                output = call(layer, module_of(layer).train(training), (*values, *indices))[0]
            assert output.is_contiguous(), (training, output.stride())


MENDED = ("Permute(0, 2, 3, 1) View(-1)", "Chunk(2, 1, 0) Transpose(1, 3) View(-1)", "Expand(4, 8, 8) View(16, 16)")


@pytest.mark.parametrize("spec", MENDED)
def test_a_refused_view_is_mended_by_reshape(spec: str) -> None:
    """The message names what turned the values, and the change was tried."""
    shape = (1, 8, 8) if "Expand" in spec else (4, 8, 8)
    with pytest.raises(ShapeError, match=r"behind \w+1 the values .* Try Reshape\([^)]*\) in its place") as refused:
        measure(parse(spec, input_shape=shape))
    with pytest.raises(RuntimeError, match="view size is not compatible"):
        _run(spec, shape)
    assert refused.value.node == "view1"
    mended = parse(spec.replace("View", "Reshape"), input_shape=shape)
    output = build(mended)(torch.zeros(2, *shape))
    assert math.prod(output.shape[1:]) == 256 or "Chunk" in spec


def _run(spec: str, shape: tuple[int, ...]) -> None:
    value = torch.zeros(2, *shape)
    for node in parse(spec, input_shape=shape).nodes:
        value = METHODS[type(node.layer).__name__](value, **node.layer.values)


def test_with_letters_a_view_is_refused_as_for_most_sizes() -> None:
    """Where all turned sizes are 1, torch runs it; letters stand for others."""
    with pytest.raises(ShapeError, match="behind transpose1"):
        measure(parse("Transpose(2, 3) View(-1)", input_shape="3xHxW"))
    assert measure(parse("Transpose(2, 3) View(-1)", input_shape="3x1x5")).output_shape == (15,)
    assert measure(parse("Flatten(2) View(3, -1)", input_shape="3xHxW")).output_shape[0] == 3


def test_a_user_is_warned_where_torch_chooses() -> None:
    """An LSTM gives back a tensor that was turned around."""
    report = measure(parse("LSTM(8, 4, batch_first=True) View(-1)", input_shape="6x8"))
    assert [warning.partition(":")[0] for warning in report.warnings()] == ["view1"]
    assert measure(parse("Linear(8, 4) View(-1)", input_shape="6x8")).warnings() == ()
    assert layers.View(-1).needs_order


@st.composite
def copied_chains(draw: Draw) -> tuple[tuple[int, ...], list[Made]]:
    """A shape and layers, the first of which has weights, with views whose values torch may have to copy."""
    shape = tuple(draw(st.lists(SIZES, min_size=1, max_size=4)))
    chain: list[Made] = [("Linear", {"in_features": shape[-1], "out_features": shape[-1]}), ("Sigmoid", {})]
    value = torch.zeros(3, *shape)
    for _ in range(draw(st.integers(1, 6))):
        sizes = tuple(value.shape[1:])
        normed = [("GroupNorm", {"num_groups": 1, "num_channels": sizes[0]})] if math.prod(sizes) > 1 else []
        made = draw(st.sampled_from([move(draw, sizes), ("Flatten", {}), ("Sigmoid", {}), *normed]))
        try:
            value = applied(value, made)
        except RuntimeError:
            continue
        chain.append(made)
    return shape, [*chain, ("Linear", {"in_features": value.shape[-1], "out_features": 2})]


@examples(100, deep=20_000)
@given(copied_chains(), st.sampled_from((1, 3)))
def test_what_torch_copies_to_bring_it_in_order_is_saved_once_more(
    drawn: tuple[tuple[int, ...], list[Made]], batch: int
) -> None:
    """Behind views the bytes are equal; where torch chooses the order of what is computed, they are a bound."""
    net = net_of(*drawn)
    memory = measure(net, batch=batch).memory
    counted = integer(memory.saved)
    module, inputs = build(net).train(), example_inputs(net, batch)
    saved = saved_bytes(lambda: module(*inputs), [*module.parameters(), *module.buffers()])
    assert counted >= saved if memory.reason else counted == saved
