"""The layers that answer a question: all of them, each legal, the simplest first."""

from __future__ import annotations

from functools import cache
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shapecalc import ShapecalcError, SpecError
from shapecalc.algebra import evaluate
from shapecalc.algebra.expr import Name
from shapecalc.formats.text.chain import read_layers
from shapecalc.layers import Layer
from shapecalc.measures.sizes import apply
from shapecalc.solve.windows.layers import Layers, layers_for
from shapecalc.solve.windows.question import read_question
from tests.campaigns import examples

KERNELS, STRIDES, PADDINGS, DILATIONS = range(1, 6), range(1, 5), range(4), range(1, 4)

RANGES = {"kernel_size": KERNELS, "stride": STRIDES, "padding": PADDINGS}

W = Name("W")


def candidates(kind: str, ceil: bool = False) -> list[str]:  # noqa: FBT002
    """Every layer of one axis within the ranges, written as torch writes it."""
    some = list(product(KERNELS, STRIDES, PADDINGS))
    dilated = list(product(KERNELS, STRIDES, PADDINGS, DILATIONS))
    match kind:
        case "conv":
            return [f"Conv1d(2, 3, {k}, {s}, {p}, {d})" for k, s, p, d in dilated]
        case "pool":
            return [f"MaxPool1d({k}, {s}, {p}, {d}, ceil_mode={ceil})" for k, s, p, d in dilated]
        case "avgpool":
            return [f"AvgPool1d({k}, {s}, {p}, {ceil})" for k, s, p in some]
        case _:
            return [
                f"ConvTranspose1d(2, 3, {k}, {s}, {p}, {a}, dilation={d})"
                for k, s, p, d in dilated
                for a in range(max(s, d))
            ]


KINDS = [("conv", False), ("pool", False), ("pool", True), ("avgpool", False), ("avgpool", True), ("deconv", False)]

#: The sizes of inputs that are tried for all that a letter may stand for.
SIZES = range(1, 46)


def size_of(layers: tuple[Layer, ...], size: int) -> int | None:
    """What layers of one axis make of a size, or None where one refuses."""
    shape: Any = (2, size)
    try:
        for layer in layers:
            shape = apply(layer, (shape,))[1]
    except ShapecalcError:
        return None
    return int(shape[1])


@cache
def made(kind: str, ceil: bool) -> list[tuple[Layer, dict[int, int | None]]]:
    """Each layer within the ranges with what it makes of each size."""
    layers = [read_layers(spec)[0] for spec in candidates(kind, ceil)]
    return [(layer, {size: size_of((layer,), size) for size in SIZES}) for layer in layers]


def asked(kind: str, ceil: bool, before: object, after: object) -> Layers:
    """The answer within the ranges that are tried one by one."""
    channels = (2, 3) if kind in ("conv", "deconv") else (2, 2)
    ranges: dict[str, Any] = RANGES if kind == "avgpool" else RANGES | {"dilation": DILATIONS}
    sides = [f"{count}x({size})" for count, size in zip(channels, (before, after), strict=True)]
    return layers_for(*sides, layer=kind, dims=1, ceil_mode=ceil, **ranges)


def told(answer: Layers) -> set[Layer]:
    """The single layers of an answer: those with symmetric padding. A pool's stride is written out."""
    single = [one.layers[0] for one in answer.solutions if len(one.layers) == 1]
    return {layer.replace(stride=layer.values["stride"] or layer.values["kernel_size"]) for layer in single}


@pytest.mark.parametrize(("kind", "ceil"), KINDS)
@pytest.mark.parametrize("before", [1, 2, 5, 8, 13])
def test_a_number_has_all_its_answers(kind, ceil, before):
    """For each output up to 30, the layers that the engine accepts and that give it, and no others."""
    reached: dict[int | None, set[Layer]] = {}
    for layer, sizes in made(kind, ceil):
        reached.setdefault(sizes[before], set()).add(layer)
    wrong = [after for after in range(1, 31) if told(asked(kind, ceil, before, after)) != reached.get(after, set())]
    assert wrong == []


TARGETS = [
    "W",
    "W//2",
    "(W + 1)//2",
    "(W - 1)//2",
    "W//3 + 1",
    "W - 2",
    "W + 1",
    "2*W",
    "2*W + 1",
    "3*W - 2",
    "W//4",
    "1",
]


@pytest.mark.parametrize(("kind", "ceil"), KINDS)
@pytest.mark.parametrize("after", TARGETS)
def test_a_letter_has_all_its_answers(kind, ceil, after):
    """The layers that give the size for every W up to 45 that they accept, and no others."""
    wanted = read_question(f"W -> {after}").axes[0][1]
    expected = {size: evaluate(wanted, {W: size}) for size in SIZES}
    right = set()
    for layer, sizes in made(kind, ceil):
        legal = {size: out for size, out in sizes.items() if out is not None}
        if legal and all(out == expected[size] for size, out in legal.items()):
            right.add(layer)
    assert told(asked(kind, ceil, "W", after)) == right


@pytest.mark.parametrize("after", TARGETS)
def test_uneven_padding_gives_the_size_where_no_symmetric_one_does(after):
    """A layer of zeros before the convolution, one more behind than before, for every W up to 45."""
    sizes = {n: evaluate(read_question(f"W -> {after}").axes[0][1], {W: n}) for n in SIZES}
    answer = asked("conv", False, "W", after)
    symmetric = {one.windows[0][:2] + one.windows[0][3:4] for one in answer.solutions if len(one.layers) == 1}
    uneven = [one for one in answer.solutions if len(one.layers) == 2]
    wrong = [
        str(one)
        for one in uneven
        for n in sizes
        if (out := size_of(one.layers, n)) not in {None, sizes[n]} or (out is None) == (n in one.legal["W"])
    ]
    repeated = [str(one) for one in uneven if one.windows[0][:2] + one.windows[0][3:4] in symmetric]
    assert (wrong, repeated) == ([], [])


@pytest.mark.parametrize(("kind", "ceil"), KINDS)
@pytest.mark.parametrize("after", TARGETS)
def test_the_legal_sizes_of_an_answer_are_those_of_the_engine(kind, ceil, after):
    """For every W up to 45."""
    solutions = asked(kind, ceil, "W", after).solutions
    wrong = [
        (str(one), n)
        for one in solutions
        for n in SIZES
        if (n in one.legal["W"]) != (size_of(one.layers, n) is not None)
    ]
    assert wrong == []


FIRST = {
    ("227 -> 55", "conv"): "Conv2d(D, K, 11, stride=4)",  # AlexNet's first layer
    ("3x227x227 -> 96x55x55", "conv"): "Conv2d(3, 96, 11, stride=4)",
    ("55 -> 27", "pool"): "MaxPool2d(3, stride=2)",  # AlexNet's overlapping pool
    ("112 -> 56", "pool"): "MaxPool2d(2)",
    ("3x224x224 -> 768x14x14", "conv"): "Conv2d(3, 768, 16, stride=16)",  # the patches of a vision transformer
    ("512x7x7 -> 512x1x1", "avgpool"): "AvgPool2d(7)",
    ("100x1x1 -> 512x4x4", "deconv"): "ConvTranspose2d(100, 512, 4)",  # DCGAN's first layer
    ("W -> W/4", "pool"): "MaxPool2d(4)",
    ("W -> 2*W", "deconv"): "ConvTranspose2d(D, K, 2, stride=2)",
    ("W -> W - 2", "conv"): "Conv2d(D, K, 3)",
    ("W -> ceil(W/2)", "conv"): "Conv2d(D, K, 3, stride=2, padding=1)",  # ResNet's halving
}


@pytest.mark.parametrize(("text", "kind"), FIRST)
def test_the_textbook_answer_comes_first(text, kind):
    """The layers that well-known networks have for these sizes."""
    assert str(layers_for(text, layer=kind).solutions[0]) == FIRST[text, kind]


NEAR_THE_TOP = {
    ("224 -> 112", "conv"): "Conv2d(D, K, 7, stride=2, padding=3)",  # ResNet's first layer
    ("32 -> 16", "conv"): "Conv2d(D, K, 3, stride=2, padding=1)",
    ("112 -> 56", "pool"): "MaxPool2d(3, stride=2, padding=1)",
    ("16 -> 32", "deconv"): "ConvTranspose2d(D, K, 4, stride=2, padding=1)",
    ("7 -> 224", "deconv"): "ConvTranspose2d(D, K, 64, stride=32, padding=16)",  # FCN-32s
    ("W -> W", "conv"): "Conv2d(D, K, 3, padding=1)",
}


@pytest.mark.parametrize(("text", "kind"), NEAR_THE_TOP)
def test_the_textbook_answer_is_among_the_first(text, kind):
    """Among the ten that are printed."""
    assert NEAR_THE_TOP[text, kind] in map(str, layers_for(text, layer=kind).solutions[:10])


@pytest.mark.parametrize("kernel", range(1, 12))
@pytest.mark.parametrize("dilation", range(1, 5))
def test_the_same_size_for_any_kernel_and_dilation(kernel, dilation):
    """Half of the dilated kernel without its middle; the odd zero behind, as torch's padding="same" has it."""
    (one,) = layers_for("W -> W", kernel_size=kernel, dilation=dilation, stride=1).solutions
    total = dilation * (kernel - 1)
    assert (one.windows[0].padding, one.windows[0].after) == (total // 2, total - total // 2)


def test_an_even_kernel_needs_uneven_padding():
    """Left, right, top and bottom, then a convolution without padding."""
    (one,) = layers_for("3xHxW -> 8xHxW", kernel_size=4, dilation=1).solutions
    assert str(one) == "ZeroPad2d((1, 2, 1, 2)) Conv2d(3, 8, 4)"


def test_axes_that_differ_are_answered_without_loss_where_they_can():
    """A layer that leaves no input out comes before one whose axes agree in more."""
    first = layers_for("32x64 -> 16x16", kernel_size=4, dilation=1).solutions[0]
    assert (str(first), first.unread) == ("Conv2d(D, K, 4, stride=(2, 4), padding=(1, 0))", 0)


def test_axes_that_differ_share_a_window_where_they_can():
    """A window that makes 16 of 32 and of 33 is told as one."""
    answer = layers_for("32x33 -> 16x16")
    assert [one for one in answer.solutions if one.windows[0][:6] != one.windows[1][:6]] == []


def test_axes_of_different_letters_ask_the_same():
    """H and W are halved by one window, and each letter has its own legal sizes."""
    answer = layers_for("HxW -> (H/2)x(W/2)")
    legal = {name: values.text(name) for name, values in answer.solutions[0].legal.items()}
    assert (len(answer.axes), legal) == (1, {"H": "H ≥ 2", "W": "W ≥ 2"})


@pytest.mark.parametrize(
    ("text", "ranges", "near"),
    [
        ("227 -> 54", {"kernel_size": 11, "stride": 4, "dilation": 1}, [("Conv2d(D, K, 11, stride=4)", 55)]),
        ("32 -> 32", {"kernel_size": 4, "padding": "1,2", "dilation": 1, "stride": 1}, []),
        (
            "32 -> 32",
            {"kernel_size": 4, "padding": "0,1,3", "dilation": 1, "stride": 1},
            [("Conv2d(D, K, 4, padding=1)", 31), ("Conv2d(D, K, 4, padding=3)", 35)],
        ),
        # 25,000 and 24,999 are both far off, and one of them is the nearest
        ("100000 -> 55", {"kernel_size": "1..5", "stride": 4, "dilation": 1}, [("Conv2d(D, K, 5, stride=4)", 24_999)]),
    ],
)
def test_without_an_answer_the_nearest_is_told(text, ranges, near):
    """The nearest output from below and from above, each with its simplest layer."""
    answer = layers_for(text, **ranges)
    assert [(repr(layer), size) for layer, size in answer.axes[0].near] == near


@examples(25, deep=600)
@given(st.integers(1, 20), st.integers(1, 40))
def test_the_nearest_is_the_nearest(before, after):
    """Without an answer, no layer within the ranges gives a size between the two that are told."""
    answer = asked("conv", False, before, after)
    sizes = {size for _, sizes in made("conv", False) if (size := sizes[before]) is not None}
    below = max((size for size in sizes if size < after), default=None)
    above = min((size for size in sizes if size > after), default=None)
    expected = [] if answer.solutions else [size for size in (below, above) if size is not None]
    assert [size for _, size in answer.axes[0].near] == expected


MISTAKES = {
    "227": "is not a question about one layer",
    "227 -> 55 -> 27": "is not a question about one layer",
    "227 -> ": "is not a question about one layer",
    "W -> V": "write it in terms of W",
    "227 -> V": "give a number",
    "3x5 -> 7": "write the same on both sides",
    "H*W -> W": "write each size with one letter",
    "0 -> 1": "at least 1",
    "3x(W -> W": "missing",
    "1x2x3x4x5 -> 1x2x3x4x5": "at most channels and three sizes",
    "W -> __import__": "which the input W has not",
    "9**9**9 -> 1": "power is too large",
}


@pytest.mark.parametrize("text", MISTAKES)
def test_what_is_no_question_is_refused(text):
    """In one line that says what to write."""
    with pytest.raises(SpecError, match=r"\A[^\n]*\Z") as refused:
        layers_for(text)
    assert MISTAKES[text] in str(refused.value)


WRONG_RANGES = [
    ({"kernel_size": "0..3"}, "kernel_size must be at least 1, but is 0"),
    ({"stride": "3..1"}, "write the smaller number first"),
    ({"padding": "a"}, "write 3, 3..7 or 1,3,5"),
    ({"dilation": "1..99999"}, "at most 4,096 are tried"),
    ({"kernel_size": "1..999", "stride": "1..999"}, "at most 30,000 are tried"),
    ({"kernel_size": 2.5}, "expected a number, several, or a text"),
    ({"kernel_size": (1, "a")}, "expected a number, several, or a text"),
    ({"kernel_size": True}, "expected a number, several, or a text"),
    ({"kernel_size": []}, "kernel_size has no value"),
    ({"dims": 7}, "1, 2 or 3 axes"),
    ({"layer": "pol"}, 'layer="pol" is not known'),
    ({"layer": "avgpool", "dilation": 2}, "average poolings have no dilation"),
    ({"output_padding": 1}, "convolutions have no output_padding"),
    ({"ceil_mode": True}, "ceil_mode belongs to a pooling"),
]


@pytest.mark.parametrize(("ranges", "message"), WRONG_RANGES)
def test_a_wrong_range_is_refused(ranges, message):
    """Saying which argument, and what it may be."""
    with pytest.raises(SpecError) as refused:
        layers_for("227 -> 55", **ranges)
    assert message in str(refused.value)


@pytest.mark.parametrize("sizes", [(), 3.5, None, True, (3, None)])
def test_what_is_no_size_is_refused(sizes):
    """Neither of a wrong type nor none at all."""
    with pytest.raises(SpecError, match=r"Expected sizes such as 227|is not a question"):
        layers_for(sizes, sizes)


def test_a_pooling_keeps_the_channels():
    """Other channels on the other side are refused."""
    with pytest.raises(SpecError, match="keep the channels"):
        layers_for("3x32x32 -> 8x16x16", layer="pool")


WRITTEN = {
    "W -> W/4": "W → ⌊W/4⌋",
    "W → ceil(W/2)": "W → ⌈W/2⌉",
    "3xHxW -> 16x(H/2)x((W + 1)/2)": "3xHxW → 16x⌊H/2⌋x⌊(W + 1)/2⌋",
    "(3, 32, 32) -> (8, 16, 16)": "3x32x32 → 8x16x16",
    "3 × 32 × 32 -> 8×16×16": "3x32x32 → 8x16x16",
    "W -> max(W/2, 1)": "W → max(⌊W/2⌋, 1)",
    "227 -> 227/4": "227 → 56",
}


@pytest.mark.parametrize("text", WRITTEN)
def test_how_a_question_may_be_written(text):
    """Signs between sizes stand outside of brackets; a slash rounds down."""
    assert str(read_question(text)) == WRITTEN[text]


def test_the_answer_as_json():
    """Specs, arguments and what was searched are plain data."""
    answer = layers_for("3x32x32 -> 8x31x31", kernel_size=2).as_dict()
    assert (answer["count"], answer["solutions"][0]) == (
        4,
        {"spec": "Conv2d(3, 8, 2)", "windows": [WINDOW, WINDOW]},
    )


WINDOW = {"kernel_size": 2, "stride": 1, "padding": 0, "dilation": 1, "unread": 0}
