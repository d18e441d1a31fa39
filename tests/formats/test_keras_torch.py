"""Chains of Keras beside Keras itself, on torch: output shapes, counts of parameters, and values."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from shapecalc import measure, parse
from shapecalc.pytorch import build
from tests.tools.frameworks import keras

CHAINS: list[tuple[str, tuple[int, ...]]] = [
    ("Conv2D(8, 3, activation='relu') MaxPooling2D() Flatten() Dense(10)", (28, 28, 1)),
    ("Conv2D(8, (3, 5), strides=(2, 3), padding='same', use_bias=False)", (17, 20, 3)),
    ("Conv2D(8, 4, padding='same') Conv2D(4, 3, dilation_rate=2, groups=2)", (17, 20, 3)),
    ("Conv1D(8, 3, padding='causal') GlobalMaxPooling1D() Dense(4, use_bias=False)", (20, 5)),
    ("Conv3D(2, 3, strides=2) AveragePooling3D(2) GlobalAveragePooling3D(keepdims=True)", (12, 13, 14, 2)),
    ("SeparableConv2D(16, 3, strides=2, padding='same', depth_multiplier=2)", (15, 16, 3)),
    ("DepthwiseConv2D(3, depth_multiplier=3, use_bias=False) BatchNormalization()", (15, 16, 3)),
    ("Dense(7) Dense(3)", (9, 10, 4)),
    ("Dense(7) BatchNormalization() Dense(3)", (12,)),
    ("Conv2D(4, 1) LayerNormalization() ReLU(max_value=6) Softmax()", (6, 7, 3)),
    ("ZeroPadding2D(((1, 2), (3, 4))) Cropping2D((1, 2)) UpSampling2D((2, 3))", (9, 8, 2)),
    ("ZeroPadding1D((1, 2)) Cropping1D(1) UpSampling1D(2)", (9, 2)),
    ("MaxPooling2D(2, padding='same') AveragePooling2D(3, strides=1, padding='same')", (9, 8, 2)),
    ("MaxPool2D((2, 3), strides=(1, 2)) AvgPool2D(2)", (9, 18, 2)),
]
TRANSPOSED: list[tuple[str, tuple[int, ...]]] = [
    (f"Conv2DTranspose(2, {kernel}, strides={stride}, padding='{padding}', dilation_rate={dilation})", (5, 6, 2))
    for kernel in (1, 2, 3, 4)
    for stride in (1, 2, 3)
    for padding in ("valid", "same")
    for dilation in (1, 2)
    if stride == 1 or dilation == 1
]


TRANSPOSED += [
    (f"Conv2DTranspose(2, {k}, strides={s}, padding='{p}', output_padding={a}, dilation_rate={d})", (5, 6, 2))
    for k, s, a, d in ((3, 2, 0, 1), (3, 2, 1, 1), (4, 2, 1, 1), (2, 3, 2, 1), (1, 3, 2, 1), (3, 1, 0, 2), (5, 3, 1, 1))
    for p in ("valid", "same")
]
POOLED: list[tuple[str, tuple[int, ...]]] = [
    (f"{kind}Pooling2D({size}, strides={strides}, padding='same')", (7, 8, 2))
    for kind in ("Max", "Average")
    for size in (1, 2, 3, 5, (2, 3))
    for strides in (1, 2, 3, (1, 2))
]


def model(written: str, shape: tuple[int, ...]) -> Any:
    """Keras's own model of a chain."""
    layers = keras().layers
    calls = [f"{call})" for call in written.split(") ")]
    calls[-1] = calls[-1].removesuffix(")")
    made = [eval(call, {"layers": layers}, vars(layers)) for call in calls]  # noqa: S307  the chains above
    return keras().Sequential([keras().Input(shape), *made])


def first(shape: tuple[int, ...]) -> tuple[int, ...]:
    """A shape with its channels first."""
    return (shape[-1], *shape[:-1])


@pytest.mark.peer("keras")
@pytest.mark.parametrize(("written", "shape"), CHAINS + TRANSPOSED + POOLED)
def test_shapes_and_counts_are_those_of_keras(written, shape):
    """Keras counts the running statistics of a normalization among its parameters."""
    theirs = model(written, shape)
    report = measure(parse(written, input_shape=first(shape)))
    statistics = sum(2 * row.weights["weight"][0] for row in report if row.buffers)
    assert report.output_shape == first(theirs.output_shape[1:])
    assert report.parameters + statistics == theirs.count_params()


#: Sequences, whose features are last in both libraries, and changes of shape; the last shape of each is Keras's.
SEQUENCES: list[tuple[str, tuple[int, ...]]] = [
    ("GRU(4, return_sequences=True)", (6, 3)),
    ("GRU(units=4)", (6, 3)),
    ("GRU(4, use_bias=False)", (6, 3)),
    ("LSTM(4, use_bias=False, return_sequences=True)", (6, 3)),
    ("SimpleRNN(4, use_bias=False)", (6, 3)),
    ("SimpleRNN(4, activation='relu', use_bias=False)", (6, 3)),
    ("Bidirectional(layers.GRU(4, return_sequences=True))", (6, 3)),
    ("Bidirectional(layers.GRU(4))", (6, 3)),
    ("GRU(4, return_sequences=True) Dense(2) Flatten() Dense(3)", (6, 3)),
    ("GRU(4, return_sequences=True) TimeDistributed(layers.Dense(2)) LayerNormalization()", (6, 3)),
    ("GRU(4, return_sequences=True) Permute((2, 1))", (6, 3)),
    ("RepeatVector(3) GRU(4, return_sequences=True)", (5,)),
    ("Dense(12) Reshape((2, 6)) GRU(4)", (5,)),
    ("Dense(12) Reshape((-1,))", (5,)),
    ("Dense(12) PReLU() AlphaDropout(0.5)", (5,)),
]
MAPS: list[tuple[str, tuple[int, ...]]] = [
    ("layers.Reshape((2, 3, 4))", (24,)),
    ("layers.Reshape((4, 3, 2))", (2, 3, 4)),
    ("layers.Permute((2, 3, 1))", (2, 3, 4)),
    ("layers.Permute((3, 1, 2)) layers.Permute((2, 1, 3))", (2, 3, 4)),
    ("GroupNormalization(2)", (5, 6, 4)),
    ("PReLU(shared_axes=[1, 2])", (5, 6, 4)),
]


@pytest.mark.peer("keras")
@pytest.mark.parametrize(("written", "shape"), SEQUENCES)
def test_sequences_are_those_of_keras(written, shape):
    """Shapes with the features last, and counts."""
    theirs = model(written, shape)
    report = measure(parse(f"{written} Identity()".replace("layers.", ""), input_shape=shape))
    assert report.output_shape == theirs.output_shape[1:]
    assert report.parameters == theirs.count_params()


@pytest.mark.peer("keras")
@pytest.mark.parametrize(
    ("written", "shape"), [case for case in SEQUENCES if "Bidirectional(layers.GRU(4))" not in case]
)
def test_values_of_sequences_are_those_of_keras(written, shape):
    """With weights that are all equal."""
    theirs = model(written, shape)
    theirs.trainable = False
    ours = build(parse(written.replace("layers.", ""), input_shape=shape)).eval()
    _fill(theirs.weights, ours.parameters())
    vectors = (torch.arange(2 * float(torch.tensor(shape).prod())).reshape(2, *shape) % 7) / 7
    assert torch.allclose(ours(vectors), torch.as_tensor(theirs(vectors)).detach(), atol=1e-5)


@pytest.mark.peer("keras")
@pytest.mark.parametrize(("written", "shape"), MAPS)
def test_maps_are_those_of_keras(written, shape):
    """Shapes with the channels first, counts, and the place of each value."""
    theirs = model(written, shape)
    net = parse(written, input_shape=first(shape))
    ours = build(net)
    _fill(theirs.weights, ours.parameters())
    image = torch.arange(float(torch.tensor(shape).prod())).reshape(1, *shape)
    expected = torch.as_tensor(theirs(image)).detach().movedim(-1, 1)
    assert measure(net).parameters == theirs.count_params()
    assert torch.allclose(ours(image.movedim(-1, 1)), expected, atol=1e-4)


def _fill(theirs: Any, ours: Any) -> None:
    for weight in theirs:
        weight.assign(torch.full(tuple(weight.shape), 0.1))
    for parameter in ours:
        torch.nn.init.constant_(parameter, 0.1)


#: What has no weights, and what has a single layer of them.
VALUES = [chain for chain in CHAINS if chain[0].startswith(("Zero", "Max"))] + TRANSPOSED + POOLED
# on torch Keras repeats the border where the padding is uneven; elsewhere it leaves the padding out of an average
VALUES = [chain for chain in VALUES if not (chain[0].startswith("Average") and "tf_same" in str(parse(chain[0])))]
VALUES += [("Conv2D(2, 4, strides=3, padding='same')", (9, 10, 2)), ("Conv2D(2, 4, padding='same')", (9, 10, 2))]


@pytest.mark.peer("keras")
@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths")
@pytest.mark.parametrize(("written", "shape"), VALUES)
def test_values_are_those_of_keras(written, shape):
    """With weights that are all equal, so that their order does not matter; each window reads what Keras's does."""
    theirs = model(written, shape)
    for weight in theirs.weights:
        weight.assign(torch.full(tuple(weight.shape), 0.5))
    net = parse(written, input_shape=first(shape))
    ours = build(net)
    for parameter in ours.parameters():
        torch.nn.init.constant_(parameter, 0.5)
    image = torch.arange(float(torch.tensor(shape).prod())).reshape(1, *shape) % 13
    expected = torch.as_tensor(theirs(image)).detach().movedim(-1, 1)
    assert torch.allclose(ours(image.movedim(-1, 1)), expected)
