"""TensorFlow's "SAME" of pools and transposed convolutions, against its definition written with plain tensors."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from shapecalc import layers, measure, parse
from shapecalc.errors import ShapecalcError, SpecError
from shapecalc.measures import footprint
from shapecalc.measures.sizes import apply
from shapecalc.pytorch import build
from tests.campaigns import examples
from tests.layers.test_saved import counted, torch_bytes
from tests.measures.gradient import seen_by
from tests.measures.test_field_layers import chain
from tests.narrow import integers


def windows(size: int, kernel: int, stride: int, dilation: int) -> list[list[int]]:
    """The inputs in each window, as https://www.tensorflow.org/api_docs/python/tf/nn#notes_on_padding_2 has them."""
    outputs = -(-size // stride)
    missing = max((outputs - 1) * stride + dilation * (kernel - 1) + 1 - size, 0)
    starts = [stride * output - missing // 2 for output in range(outputs)]
    taps = [[start + dilation * tap for tap in range(kernel)] for start in starts]
    return [[tap for tap in window if 0 <= tap < size] for window in taps]


def pooled(value: Tensor, axes: list[tuple[int, int, int]], reduce: Callable[[Tensor], Tensor]) -> Tensor:
    """What a function makes of the inputs in each window; an axis is a kernel, a stride and a dilation."""
    places = [windows(size, *axis) for size, axis in zip(value.shape[2:], axes, strict=True)]
    output = torch.empty(*value.shape[:2], *map(len, places))
    outputs = [range(len(axis)) for axis in places]
    for index in product(*outputs):
        piece = value
        for axis, (taps, row) in enumerate(zip(places, index, strict=True), 2):
            piece = piece.index_select(axis, torch.tensor(taps[row], dtype=torch.int64))
        place: Any = (..., *index)
        output[place] = reduce(piece.flatten(2))
    return output


AXIS = st.tuples(st.integers(1, 9), st.integers(1, 5), st.integers(1, 4), st.integers(1, 3))
AXES = st.lists(AXIS, min_size=1, max_size=3)
FEW = examples(20, deep=400)


def image(sizes: tuple[int, ...]) -> Tensor:
    """Different numbers, some below 0."""
    return torch.randn(2, 3, *sizes, generator=torch.Generator().manual_seed(0))


def agrees(layer: Any, value: Tensor, expected: Tensor) -> None:
    """The shape and the values of a layer's module, and the bytes that it saves."""
    net = chain(tuple(value.shape[1:]), layer)
    shape = measure(net).output_shape
    assert (shape, shape) == (tuple(expected.shape[1:]), tuple(build(net)(value).shape[1:]))
    assert torch.allclose(build(net)(value), expected, atol=1e-5)
    assert counted(layer, net_shapes(net), shape, True, True) == torch_bytes(layer, net_shapes(net), True, True)


def net_shapes(net: Any) -> tuple[Any, ...]:
    """The shapes of the inputs of a net."""
    return tuple(net.inputs.values())


@FEW
@given(AXES, st.booleans())
def test_a_maximum_is_that_of_the_inputs_in_its_window(axes: Any, ceil_mode: bool) -> None:
    """Whatever the padding: also where all inputs are negative, and where a window is dilated."""
    sizes, kernels, strides, dilations = zip(*axes, strict=True)
    pool: Any = (layers.MaxPool1d, layers.MaxPool2d, layers.MaxPool3d)[len(axes) - 1]
    layer = pool(kernels, strides, "tf_same", dilations, ceil_mode=ceil_mode)
    value = image(sizes) - 9
    window = list(zip(kernels, strides, dilations, strict=True))
    expected = pooled(value, window, lambda piece: piece.amax(-1) if piece.shape[-1] else torch.full((), -torch.inf))
    agrees(layer, value, expected)


@FEW
@given(AXES, st.booleans(), st.booleans())
def test_a_mean_is_that_of_the_inputs_in_its_window(axes: Any, ceil_mode: bool, include: bool) -> None:
    """The padding counts with count_include_pad, torch's default; TensorFlow and Keras leave it out."""
    sizes, kernels, strides, _ = zip(*axes, strict=True)
    pool: Any = (layers.AvgPool1d, layers.AvgPool2d, layers.AvgPool3d)[len(axes) - 1]
    layer = pool(kernels, strides, "tf_same", ceil_mode=ceil_mode, count_include_pad=include)
    entries = int(torch.tensor(kernels).prod())
    window = [(kernel, stride, 1) for kernel, stride in zip(kernels, strides, strict=True)]
    mean: Any = (lambda piece: piece.sum(-1) / entries) if include else lambda piece: piece.mean(-1)
    agrees(layer, image(sizes), pooled(image(sizes), window, mean))


@FEW
@given(AXES, st.booleans())
def test_a_transposed_convolution_undoes_a_convolution(axes: Any, grouped: bool) -> None:
    """TensorFlow defines it as the gradient of the convolution with "SAME" whose input has S·W positions."""
    sizes, kernels, strides, dilations = zip(*axes, strict=True)
    transposed: Any = (layers.ConvTranspose1d, layers.ConvTranspose2d, layers.ConvTranspose3d)[len(axes) - 1]
    convolution: Any = (layers.Conv1d, layers.Conv2d, layers.Conv3d)[len(axes) - 1]
    groups = 3 if grouped else 1
    layer = transposed(3, 3, kernels, strides, "tf_same", dilation=dilations, groups=groups, bias=False)
    restored = tuple(size * stride for size, stride in zip(sizes, strides, strict=True))
    forward = build(
        chain((3, *restored), convolution(3, 3, kernels, strides, "tf_same", dilations, groups, bias=False))
    )
    backward = build(chain((3, *sizes), layer))
    backward.load_state_dict(dict(zip(backward.state_dict(), forward.state_dict().values(), strict=True)))
    source = torch.zeros(2, 3, *restored, requires_grad=True)
    (expected,) = torch.autograd.grad(forward(source), source, image(sizes))
    assert torch.allclose(backward(image(sizes)), expected, atol=1e-5)
    assert measure(backward.net).output_shape == (3, *restored)
    shape = ((3, *sizes),)
    assert counted(layer, shape, (3, *restored), True, True) == torch_bytes(layer, shape, True, True)


KINDS = {
    "max": lambda kernel, stride, dilation: layers.MaxPool1d(kernel, stride, "tf_same", dilation),
    "mean": lambda kernel, stride, _: layers.AvgPool1d(kernel, stride, "tf_same", count_include_pad=False),
    "transposed": lambda kernel, stride, dilation: layers.ConvTranspose1d(
        2, 2, kernel, stride, "tf_same", dilation=dilation
    ),
}


@pytest.mark.parametrize("kind", KINDS)
def test_fields_are_where_the_gradient_is(kind: str) -> None:
    """The inputs that each output reads."""

    @examples(15, deep=2_000)
    @given(AXIS)
    def agree(axis: Any) -> None:
        size, *window = axis
        net = chain((2, size), KINDS[kind](*window))
        seen, shape = seen_by(net), integers(measure(net).output_shape)
        places = [(place,) for place in range(shape[1])]
        assert [seen(place) for place in places] == [footprint(net, net.outputs[0], place) for place in places]

    agree()


def test_letters_divide_and_multiply() -> None:
    """A pool makes ⌈W/S⌉ of W, and a transposed convolution S·W."""
    net = parse(
        "MaxPool1d(3, 2, padding=tf_same) ConvTranspose1d(4, 4, 5, 3, padding=tf_same) AvgPool1d(7, 3, 'tf_same')",
        input_shape="4xW",
    )
    assert [str(row.output_shape[1]) for row in measure(net)] == [
        "⌊(W + 1)/2⌋",
        "3·⌊(W + 1)/2⌋",
        "⌊(W + 1)/2⌋",
    ]


REFUSED = {
    'MaxPool2d(3, padding="same")': 'padding="same" is not known; it may be "tf_same"',
    'MaxPool2d(3, padding="tf_same", return_indices=True)': "its indices would count the padding",
    'ConvTranspose2d(3, 3, 3, padding="valid")': 'padding="valid" is not known; it may be "tf_same"',
    'ConvTranspose2d(3, 3, 3, 2, "tf_same", output_padding=1)': "takes no output_padding",
}


@pytest.mark.parametrize("written", REFUSED)
def test_what_the_rule_does_not_go_with_is_refused(written: str) -> None:
    """In words that name the rule."""
    with pytest.raises(SpecError) as refused:
        parse(written)
    assert REFUSED[written] in str(refused.value)


def test_an_unpooling_has_no_indices_of_a_pool_with_the_rule() -> None:
    """They would be places in the padded input."""
    net = parse("MaxPool2d(2, padding='tf_same') MaxUnpool2d(2)", input_shape="3x8x8")
    with pytest.raises(ShapecalcError, match="none comes before it"):
        measure(net)


def test_an_empty_stride_is_that_of_the_kernel() -> None:
    """As in torch."""
    assert apply(layers.MaxPool1d(3, padding="tf_same"), ((2, 10),))[1] == (2, 4)
