"""The grammar of specs: torch's call syntax in one line of text."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shapecalc import Net, ShapecalcError, SpecError, layers, measure, parse
from shapecalc.algebra import Name
from shapecalc.formats import read_shape
from shapecalc.layers import REGISTRY
from tests.campaigns import examples
from tests.layers.case import Case
from tests.layers.strategies import CASES

CHAIN = "Conv2d(3, 10, 3) MaxPool2d(4, stride=4) Conv2d(10, 20, 5, padding=2) MaxPool2d(2, stride=2)"


@pytest.mark.parametrize(
    "written",
    [
        "Conv2d(3, 10, 3) MaxPool2d(4, 4) Conv2d(10, 20, 5, padding=2) MaxPool2d(2, 2)",
        "Conv2d(3, 10, 3), MaxPool2d(4, 4), Conv2d(10, 20, 5, padding=2), MaxPool2d(2, 2)",
        "Conv2d(3, 10, 3); MaxPool2d(4, 4); Conv2d(10, 20, 5, padding=2); MaxPool2d(2, 2);",
        "Conv2d(3, 10, 3)|MaxPool2d(4, 4)|Conv2d(10, 20, 5, padding=2)|MaxPool2d(2, 2)",
        "Conv2d(3, 10, 3)\nMaxPool2d(4, 4)\n\nConv2d(10, 20, 5, padding=2)\r\nMaxPool2d(2, 2)\n",
        "nn.Conv2d(3, 10, 3) nn.MaxPool2d(4, 4) torch.nn.Conv2d(10, 20, 5, padding=2) nn.MaxPool2d(2, 2)",
        (
            "Conv2d(in_channels=3, out_channels=10, kernel_size=3) MaxPool2d(kernel_size=4, stride=4) "
            "Conv2d(10, 20, (5, 5), (1, 1), (2, 2)) MaxPool2d((2, 2), [2, 2])"
        ),
        (
            "nn.Sequential(\n  nn.Conv2d(3, 10, 3),  # first\n  nn.MaxPool2d(4, 4),\n"
            "  Sequential(Conv2d(10, 20, 5, padding=2,), MaxPool2d(2, 2)),\n)"
        ),
        "Conv2d(6//2, 2*5, 2 + 1) MaxPool2d(2**2, 8/2) Conv2d(10, 4*5, 5, padding=(1 + 1)) MaxPool2d(2, 2)",
    ],
)
def test_one_chain_in_many_spellings(written):
    """Separators, prefixes, keywords, tuples, wrappers, comments and arithmetic make no difference."""
    assert str(parse(written)) == CHAIN


def test_the_example_of_the_documentation():
    """130x130x3 through two convolutions and two poolings: depth 20, 16 by 16, 5120 values, 280 + 5020 parameters."""
    report = measure(parse(CHAIN, input_shape="3x130x130"))
    assert (report.output_shape, [row.parameters for row in report]) == ((20, 16, 16), [280, 0, 5020, 0])


def test_brackets_may_be_left_out():
    """A layer without arguments needs no brackets."""
    assert parse("ReLU Flatten, Sigmoid") == parse("ReLU() Flatten() Sigmoid()")


def test_nodes_are_named_and_counted():
    """Each node has its layer's nickname and a number."""
    assert [node.name for node in parse("Conv2d(3, 4, 3) ReLU Conv2d(4, 4, 3)").nodes] == ["conv1", "relu1", "conv2"]


@pytest.mark.parametrize(
    ("written", "shape"),
    [
        ("3x130x130", (3, 130, 130)),
        ("3 × 130 × 130", (3, 130, 130)),
        ("(3, 130, 130)", (3, 130, 130)),
        ("[3,130,130]", (3, 130, 130)),
        ("3*130*130", (3, 130, 130)),
        ("130", (130,)),
        (130, (130,)),
        ("(130,)", (130,)),
        ((3, "H", "W"), (3, Name("H"), Name("W"))),
        ("3xHxW", (3, Name("H"), Name("W"))),
        ("10**30", (10**30,)),
        ("2Wx3", (2 * Name("W"), 3)),
        ("3X130X130", (3, 130, 130)),
        ("3 X H X W", (3, Name("H"), Name("W"))),
        ("HXW", (Name("H"), Name("W"))),
        ("X", (Name("X"),)),
        ("3xXxX", (3, Name("X"), Name("X"))),
        ("2Xx3", (2 * Name("X"), 3)),
        ("3xMAXxEXTRA", (3, Name("MAX"), Name("EXTRA"))),
        ("3Xwidth", (3, Name("width"))),
    ],
)
def test_shapes_are_read(written, shape):
    """A shape as people write it."""
    assert read_shape(written) == shape


@pytest.mark.parametrize(
    "written",
    ["", "3x0x5", "3x-1", "3xx", "3.5", "1x" * 20 + "1", "9" * 101, True, 0, (3, 1.5), (), "3y!", "3xsame", "3Xglobal"],
)
def test_other_shapes_are_refused(written):
    """What is no shape is refused in our words."""
    with pytest.raises(ShapecalcError, match=r".{11}"):
        read_shape(written)


@pytest.mark.parametrize(
    ("written", "layer"),
    [
        ("Unflatten(1, [4])", layers.Unflatten(1, (4,))),
        ("Upsample(scale_factor=1/3)", layers.Upsample(scale_factor=1 / 3)),
        ("Upsample(None, 600/149)", layers.Upsample(scale_factor=600 / 149)),
        ("Upsample(scale_factor=[1/2, 6/3])", layers.Upsample(scale_factor=(0.5, 2))),
        ("Dropout(1 - 0.8)", layers.Dropout(1 - 0.8)),
        ("Conv1d(3, 4, [3 + 1]//2)", layers.Conv1d(3, 4, 2)),
        ("Conv1d(3, 4, 3, padding=same)", layers.Conv1d(3, 4, 3, padding="same")),
        ("Upsample(2, mode=nearest)", layers.Upsample(2, mode="nearest")),
        ("Conv1d(3, width, d_k)", layers.Conv1d(3, Name("width"), Name("d_k"))),
    ],
)
def test_arguments_are_read_as_python_reads_them(written, layer):
    """A list with one number is no list of letters: words are words, and a quotient may be a decimal number."""
    assert repr(parse(written).nodes[0].layer) == repr(layer)


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("Conv1d(3, 4, 7/2)", "7/2 is not a whole number"),
        ("Linear([3], 4)", r"expected an integer but got in_features=\(3,\)"),
        ("Conv1d(3, 4, same)", 'expected an integer or a tuple of 1 but got kernel_size="same"'),
        ("Conv1d(3, 4, 3, padding=SAME)", 'padding="SAME" is not known; it may be "valid", "same"'),
        ("Conv1d(3, 4, 2·reflect + 1)", "reflect is a word that arguments of layers take; it stands for no number"),
        ("Conv2d(3, 4, 3x5)", r"column 14: write \(3, 5\) for one number along each axis"),
        ("ELU(W/3)", "write a division of letters with its rounding"),
        ("ELU(W + 0.5)", "a number is needed here"),
        ("ELU(0.5/0)", "this is no finite number"),
        ("LPPool1d(2, (3,))", r"expected an integer but got kernel_size=\(3,\)"),
    ],
)
def test_arguments_that_python_or_torch_refuse_are_refused(written, reason):
    """With what the argument takes."""
    with pytest.raises(SpecError, match=reason):
        parse(written)


@pytest.mark.parametrize("name", REGISTRY)
def test_text_to_net_to_text_is_stable(name):
    """The text of a net of any layer gives the same net, whose text is the same."""

    @examples(10, deep=250)
    @given(CASES[name])
    def stable(case: Case):
        try:
            net = Net({"input": next(iter(case.shapes), (3,))}, parse(repr(REGISTRY[name](**case.arguments))).nodes)
        except ShapecalcError:
            return
        (shape,) = net.inputs.values()
        again = parse(str(net), input_shape=shape) if 0 not in shape else net
        assert (again, str(again)) == (net, str(net))

    stable()


@examples(40, deep=1_000)
@given(st.randoms(use_true_random=False))
def test_spaces_and_separators_mean_nothing(rng: random.Random):
    """Whatever stands between layers, the chain is the same."""
    parts = [repr(layers.Conv2d(3, 3, 3)), "ReLU()", repr(layers.MaxPool2d((2, 3), 1)), "nn.Flatten(1)"]
    between = [rng.choice((" ", ", ", ";", "\n", " | ", " ,; |\n", "  # note\n")) for _ in parts]
    assert parse("".join(a + b for a, b in zip(parts, between, strict=True))) == parse(" ".join(parts))


def test_a_spec_must_be_a_text():
    """Anything else is refused with an example."""
    with pytest.raises(SpecError, match=r"Expected a text such as 'Conv2d\(3, 10, 3\) ReLU\(\)' but got 5"):
        parse(5)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "reason"), [("ReLU " * 5_001, "more than 5,000 layers"), ("1+" * 200_001, "more than 400,000 words")]
)
def test_a_text_is_bounded(text: str, reason: str) -> None:
    """A text of two megabytes is refused before it takes seconds."""
    with pytest.raises(SpecError, match=reason):
        parse(text, input_shape="3x8x8")


@pytest.mark.parametrize("spec", ["Conv2d(3, 8, 3, bias=", "Conv2d(8, # a comment", "Conv2d(3, 8, padding"])
def test_a_text_that_ends_in_an_argument(spec):
    """What is missing is said, wherever the text ends."""
    with pytest.raises(SpecError, match=r"is missing"):
        parse(spec)
