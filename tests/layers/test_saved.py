"""What every layer class declares to save, against what torch's autograd keeps of it on the CPU."""

from __future__ import annotations

import warnings
from typing import Any

import pytest
import torch
from hypothesis import given
from torch import nn

from shapecalc import layers
from shapecalc.algebra import Formula, Int
from shapecalc.errors import ShapecalcError
from shapecalc.layers import REGISTRY, Layer
from shapecalc.layers.core.saving import OUTPUT_TENSOR, Gradient, SavedTensor
from shapecalc.measures.parameters import layer_tensors
from shapecalc.measures.sizes import apply
from shapecalc.pytorch.modules.layers import call, module_of
from tests.campaigns import examples
from tests.layers.case import Case, layer_of
from tests.layers.saved import saved_bytes
from tests.layers.strategies import CASES
from tests.layers.torch_side import BATCH, REFUSALS

#: Layers of which torch's choice depends on the device, the version or the arguments: a bound.
BOUNDED = {"RNN", "LSTM", "GRU", "MultiheadAttention", "TransformerEncoderLayer", "TransformerDecoderLayer", "MatMul"}


def counted(layer: Layer, shapes: tuple[Any, ...], output: Any, gradient: bool, trained: bool) -> Any:
    """The bytes that a layer declares to save of distinct inputs."""
    total: Int = 0
    for tensor in layer.saved(shapes, output):
        if serves(tensor, gradient, trained):
            entries: Int = tensor.entries
            size = 4 if tensor.itemsize is None else tensor.itemsize
            if not isinstance(tensor.tensor, str):
                shape = output if tensor.tensor == OUTPUT_TENSOR else shapes[tensor.tensor]
                entries = int(torch.Size(shape).numel())
            total += entries * size * (1 if tensor.per_batch else BATCH)
    return total


def serves(tensor: SavedTensor, gradient: bool, trained: bool) -> bool:
    """Whether a tensor is saved where all inputs, or none, need a gradient."""
    if tensor.serves is Gradient.ANY:
        return gradient or trained
    return trained if tensor.serves is Gradient.WEIGHT else gradient


def inputs_of(layer: Layer, shapes: tuple[Any, ...], gradient: bool) -> list[torch.Tensor]:
    if type(layer).__name__.startswith("Embedding"):
        return [torch.zeros(BATCH, *shape, dtype=torch.int64) for shape in shapes]
    inputs = [torch.rand(BATCH, *shape) for shape in shapes]
    return [value.requires_grad_() * 1 for value in inputs] if gradient else inputs


def indices(layer: Layer, value: torch.Tensor) -> list[torch.Tensor]:
    """Where a max unpooling puts its values: each at a place of its own."""
    if not type(layer).__name__.startswith("MaxUnpool"):
        return []
    places = torch.arange(value[0, 0].numel()).reshape(value.shape[2:])
    return [places.expand(value.shape).contiguous()]


def torch_bytes(layer: Layer, shapes: tuple[Any, ...], gradient: bool, trained: bool) -> int:
    """The bytes that torch keeps."""
    module = module_of(layer).train()
    for parameter in module.parameters():
        parameter.requires_grad_(trained)
    inputs = inputs_of(layer, shapes, gradient)
    inputs += indices(layer, inputs[0])
    own = [*module.parameters(), *module.buffers()]
    return saved_bytes(lambda: call(layer, module, tuple(inputs))[0], own)


def completed(case: Case) -> tuple[Layer, Any] | None:
    """The layer and its output; None where the engine refuses the case, or nothing comes out."""
    try:
        layer, output = apply(layer_of(case), case.shapes)
    except ShapecalcError:
        return None
    return None if any(0 in shape for shape in (*case.shapes, output)) else (layer, output)


def compare(case: Case, gradient: bool, trained: bool) -> None:
    legal = completed(case)
    if legal is None:
        return
    layer, output = legal
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            actual = torch_bytes(layer, case.shapes, gradient, trained)
        except REFUSALS:
            return
    engine = counted(layer, case.shapes, output, gradient, trained and bool(layer_tensors(layer).weights))
    if case.name in BOUNDED:
        assert actual <= engine
    else:
        assert engine == actual


@pytest.mark.parametrize("name", REGISTRY)
def test_a_layer_saves_what_torch_saves(name: str) -> None:
    """Whatever its arguments: with an input that needs a gradient and without, with trained weights and frozen."""

    @examples(15, deep=2_500)
    @given(CASES[name])
    def check(case: Case) -> None:
        for gradient, trained in ((False, True), (True, True), (True, False)):
            compare(case, gradient, trained)

    check()


IN_PLACE = [name for name, cls in REGISTRY.items() if "inplace" in cls.fields]


@pytest.mark.parametrize("name", IN_PLACE)
def test_a_layer_in_place_saves_what_torch_saves(name: str) -> None:
    """In place there is no old input to save: torch saves a copy of it, or the output."""
    arguments = {"threshold": 0.5, "value": 1} if name == "Threshold" else {}
    layer, shape = REGISTRY[name](**arguments, inplace=True), (4, 6)
    module = getattr(nn, name)(**arguments, inplace=True)
    value = torch.rand(BATCH, *shape, requires_grad=True) * 1
    warnings.simplefilter("ignore")  # some dropouts expect more dimensions
    assert counted(layer, (shape,), shape, True, True) == saved_bytes(lambda: module(value), [])


#: Layers with a bound, at sizes of practice, with how many times too high the bound may be.
BOUNDS = {
    "attention": (layers.MultiheadAttention(64, 4, batch_first=True), ((50, 64),), 1.5),
    "cross-attention": (layers.MultiheadAttention(64, 4, 0.1), ((50, 64), (30, 64)), 1.5),
    "encoder": (layers.TransformerEncoderLayer(64, 4, 256), ((50, 64),), 1.3),
    "encoder, norm first": (layers.TransformerEncoderLayer(64, 4, 256, norm_first=True), ((50, 64),), 1.3),
    "encoder, GELU": (layers.TransformerEncoderLayer(64, 4, 256, activation="gelu"), ((50, 64),), 1.3),
    "decoder": (layers.TransformerDecoderLayer(64, 4, 256, batch_first=True), ((50, 64), (30, 64)), 1.3),
    "RNN": (layers.RNN(64, 96), ((40, 64),), 1.7),
    "LSTM": (layers.LSTM(64, 96, num_layers=2, bidirectional=True), ((40, 64),), 1.6),
    "GRU": (layers.GRU(64, 96, num_layers=2), ((40, 64),), 1.3),
}


@pytest.mark.parametrize("name", BOUNDS)
def test_a_bound_is_near_what_torch_saves(name: str) -> None:
    """Where torch chooses what is kept, the bound is not far above it on this device."""
    layer, shapes, times = BOUNDS[name]
    output = layer.output_shape(shapes)
    bound, actual = counted(layer, shapes, output, True, True), torch_bytes(layer, shapes, True, True)
    assert actual <= bound <= times * actual, bound / actual


def test_a_class_of_the_user_has_a_bound() -> None:
    """A class that does not declare what it saves is never exact."""

    class Doubled(layers.Layer):
        shape = Formula(lambda input: (2 * input[0], *input[1:]))

    saved = list(Doubled().saved(((3, 4),), (6, 4)))
    assert [tensor.tensor for tensor in saved] == [0, OUTPUT_TENSOR]
    assert all("does not declare" in tensor.reason for tensor in saved)
