"""Domains: exactly the inputs that the engine accepts, in words that name who asks."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from shapecalc import Builder, ClosedForm, Net, Report, ShapecalcError, closed_form, layers, measure, parse
from shapecalc.algebra import Name, evaluate
from tests.campaigns import examples
from tests.nets.drawn import small_nets
from tests.work import calls

LARGEST = 200


@given(net=small_nets(longest=8, least=4))
@examples(30, deep=20_000)
def test_form_and_domain_are_what_the_engine_does(net: Net) -> None:
    """Random chains and branching nets, merges included, at every size from 1 to 200."""
    assert _disagreements(net) == []


def _disagreements(net: Net) -> list[tuple[dict[str, int], Any, Any]]:
    """Where form and engine differ: one letter runs, the others stay where the net is known to be legal."""
    ((depth, *sizes),) = net.inputs.values()
    letters = ["H", "W"][-len(sizes) :]
    here = dict(zip(letters, (size for size in sizes if isinstance(size, int)), strict=True))
    form = _form(net.with_input((depth, *map(Name, letters))))
    found = []
    for letter in letters:
        for number in range(1, LARGEST + 1):
            values = here | {letter: number}
            real = _output(net.with_input((depth, *values.values())))
            if form.at(**values) != real:
                found.append((values, form.at(**values), real))
    return found


def _form(net: Net) -> ClosedForm:
    try:
        return closed_form(net)
    except ShapecalcError as refused:
        assume("too large" not in str(refused) and "too many terms" not in str(refused))
        raise


def _output(net: Net) -> Any:
    found = _measured(net)
    return None if found is None else found.output_shape


def _measured(net: Net) -> Report | None:
    try:
        return measure(net)
    except ShapecalcError:
        return None


QUIZ = "Conv2d(3, 10, 3) MaxPool2d(4) Conv2d(10, 20, 5, padding=2) MaxPool2d(2)"
LEGAL = [
    (QUIZ, "3xHxW", "legal for H ≥ 10 and W ≥ 10"),
    (f"{QUIZ} Flatten Linear(5120, 10)", "3xWxW", "legal for 130 ≤ W ≤ 137"),
    (
        f"{QUIZ} Flatten Linear(5120, 10)",
        "3xHxW",
        "legal for H ≥ 10 and W ≥ 10, where ⌊(H − 2)/8⌋·⌊(W − 2)/8⌋ = 256",
    ),
    ("MaxPool2d(2) Conv2d(3, 8, 5) PixelUnshuffle(2)", "3xWxW", "legal for W ≡ 0, 1 (mod 4), W ≥ 12"),
    ("Conv1d(3, 8, 10**30)", "3xL", f"legal for L ≥ {10**30}"),
    ("Linear(784, 10)", "N", "legal for N = 784"),
    ("GroupNorm(G, 12)", "12x8x8", "legal for G = 1, 2, 3, 4, 6, 12"),
    ("LayerNorm((8, 6))", "3xHxW", "legal for H = 8 and W = 6"),
    ("PixelShuffle(R)", "12x8x8", "legal for R = 1, 2"),
    ("Conv2d(3, 8, 3, stride=S) Conv2d(8, 8, 3)", "3x64x64", "legal for 1 ≤ S ≤ 30"),
    ("ReLU", "3xHxW", "legal for H ≥ 1 and W ≥ 1"),
    ("Conv1d(3, 8, F, stride=S, padding=P)", "3xW", "legal for F ≥ 1 and P ≥ 0 and S ≥ 1 and W ≥ 1, where F ≤ W + 2P"),
    ("ReflectionPad2d((4, 0, 0, 6))", "1xHxW", "legal for H ≥ 7 and W ≥ 5"),
    ("MaxPool1d(3, 2, ceil_mode=True)", "1xW", "legal for W ≥ 2"),
    ("Upsample(scale_factor=1.5) PixelUnshuffle(3)", "1xWxW", "legal for W ≡ 0 (mod 2)"),
]


@pytest.mark.parametrize(("spec", "shape", "said"), LEGAL)
def test_a_domain_is_said_in_one_line(spec: str, shape: str, said: str) -> None:
    """What each letter may be, and what ties several together."""
    assert str(closed_form(parse(spec, input_shape=shape)).domain).split("\n")[0].split(":")[0] == said


H, W = Name("H"), Name("W")


def _unet(depth: int) -> Net:
    """Halved and doubled again so many times, with skips by concatenation."""
    b = Builder((8, H, W))
    skips = []
    for _ in range(depth):
        skips.append(b.add(layers.Conv2d(out_channels=8, kernel_size=3, padding=1)))
        b.add(layers.MaxPool2d(2))
    for skip in reversed(skips):
        up = b.add(layers.ConvTranspose2d(out_channels=8, kernel_size=2, stride=2))
        b.add(layers.Concat(), inputs=(skip, up))
    return b.build()


@pytest.mark.parametrize("depth", range(1, 7))
def test_the_skips_of_a_unet_need_divisibility(depth: int) -> None:
    """By two for each time that the size is halved."""
    assert closed_form(_unet(depth)).domain.values["W"].text("W") == f"W ≡ 0 (mod {2**depth})"


def test_each_skip_imposes_its_own_part() -> None:
    """The innermost asks that the quarter is even, the outermost that the size is."""
    domain = closed_form(_unet(2)).domain
    told = [(one.node, one.comparison, str(one.values and one.values.text("W"))) for one in domain.conditions]
    assert told[2:] == [("concat1", "⌊W/2⌋ = 2·⌊W/4⌋", "W ≡ 0, 1 (mod 4)"), ("concat2", "W = 2·⌊W/2⌋", "W ≡ 0 (mod 2)")]


def _halved_and_doubled() -> Net:
    b = Builder((8, H, W))
    b.chain(layers.Conv2d(8, 8, 3, stride=2, padding=1), layers.Upsample(scale_factor=2))
    b.add(layers.Add(), inputs=("input", b.last))
    return b.build()


def test_an_addition_also_takes_a_size_of_one() -> None:
    """It is stretched to the other's two, and the output is the larger."""
    form = closed_form(_halved_and_doubled())
    found = (form.domain.values["W"].text("W"), form.at(H=6, W=1), form.at(H=6, W=3))
    assert found == ("W = 1 or W ≡ 0 (mod 2)", (8, 6, 2), None)


def test_a_size_of_zero_is_stretched_too() -> None:
    """One column cropped away and one column are none; two and one are two."""
    b = Builder((8, 8, W))
    b.add(layers.ZeroPad2d((0, -1, 0, 0)))
    b.add(layers.Add(), inputs=("input", b.last))
    form = closed_form(b.build())
    assert [form.at(W=width) for width in (1, 2, 3)] == [(8, 8, 0), (8, 8, 2), None]


def test_a_piece_that_no_legal_input_takes_is_left_out() -> None:
    """With a padded even size the two branches agree, and no maximum is left."""
    b = Builder((8, 8, W))
    b.chain(layers.PixelUnshuffle(2), layers.PixelShuffle(2))
    b.add(layers.Add(), inputs=("input", b.last))
    assert str(closed_form(b.build()).output_shape[2]) == "W"


CONFLICTS = [
    ("PixelUnshuffle(2) PixelShuffle(2) ZeroPad2d((0, 1, 0, 0)) PixelUnshuffle(2)", "3x2xW", ["shuffle3"]),
    ("MaxPool2d(2) Flatten Linear(12, 4) Linear(5, 2)", "3x4xW", None),
    ("Conv2d(3, 3, (1, 20)) Flatten Linear(3, 4)", "3x1xW", []),
    ("LayerNorm((4, 6)) Conv2d(3, 8, (1, 7))", "3xHxW", ["norm1", "conv1"]),
    ("MaxPool1d(2) LayerNorm(3) Upsample(scale_factor=3) LayerNorm(10)", "1xW", ["norm2"]),
]


@pytest.mark.parametrize(("spec", "shape", "names"), CONFLICTS)
def test_conditions_that_exclude_each_other_are_named(spec: str, shape: str, names: list[str] | None) -> None:
    """None where a layer refuses whatever the letter is; the layers in order; nobody where some size is legal."""
    try:
        domain = closed_form(parse(spec, input_shape=shape)).domain
    except ShapecalcError:
        assert names is None
    else:
        assert [one.node for one in domain.conflict] == names


def test_no_input_is_legal_in_words() -> None:
    """The two conditions, each with what it allows."""
    form = closed_form(parse("LayerNorm((4, 6)) Conv2d(3, 8, (1, 7))", input_shape="3xHxW"))
    text = str(form.domain)
    assert ("legal for no input" in text, "exclude each other" in text, "W = 6" in text, "W ≥ 7" in text) == (True,) * 4


def test_a_domain_knows_its_letters() -> None:
    """A letter without a number is asked for."""
    domain = closed_form(parse(QUIZ, input_shape="3xHxW")).domain
    with pytest.raises(ShapecalcError, match="Give a number for H"):
        domain.holds(W=3)


@given(net=small_nets(longest=6, least=4))
@examples(25, deep=600)
def test_memory_with_letters_is_the_memory_at_numbers(net: Net) -> None:
    """The largest moment, and all moments together, of random nets at many sizes."""
    ((depth, *sizes),) = net.inputs.values()
    form = _form(net.with_input((depth, *sizes[:-1], W)))
    memory = form.report.memory
    wrong = []
    for number in range(1, 80, 3):
        real = _measured(net.with_input((depth, *sizes[:-1], number)))
        if real is not None:
            ours = [evaluate(memory.inference or 0, {W: number}), evaluate(memory.saved, {W: number})]
            wrong += [] if ours == [real.memory.inference, real.memory.saved] else [(number, ours, real.memory)]
    assert wrong == []


@given(
    k=st.integers(1, 3),
    s=st.integers(1, 3),
    channels=st.integers(1, 4),
    features=st.integers(1, 60),
    square=st.booleans(),
)
@examples(20, deep=600)
def test_a_dense_head_ties_the_letters(k: int, s: int, channels: int, features: int, *, square: bool) -> None:
    """Behind a Flatten, legal are just the pairs of height and width whose product is right; without any, none is."""
    spec = f"Conv2d(1, {channels}, {k}, stride={s}) MaxPool2d(2) Flatten Linear({features}, 3)"
    net = parse(spec, input_shape=(1, "W", "W") if square else (1, "H", "W"))
    domain = _form(net).domain
    pairs = [(h, w) for h in range(1, 26) for w in range(1, 26) if h == w or not square]
    letters = [{"W": w} if square else {"H": h, "W": w} for h, w in pairs]
    legal = [_output(net.with_input((1, h, w))) is not None for h, w in pairs]
    assert [domain.holds(**known) for known in letters] == legal


def test_equal_letters_are_told_together() -> None:
    """The quiz net with its dense head takes squares from 130 to 137."""
    domain = closed_form(parse(f"{QUIZ} Flatten Linear(5120, 10)", input_shape="3xHxW")).domain
    assert "with H = W: 130 ≤ W ≤ 137" in str(domain)


@pytest.mark.parametrize("features", [5121, 5])
def test_a_dense_head_that_no_size_fits_is_said_so(features: int) -> None:
    """Every flattened size is a multiple of the 20 channels."""
    domain = closed_form(parse(f"{QUIZ} Flatten Linear({features}, 10)", input_shape="3xHxW")).domain
    assert [one.node for one in domain.conflict] == ["linear1"]


@pytest.mark.parametrize("spec", ["Conv2d(4, 3, 5, padding=5//W)", "Unflatten(1, (W, -1))", "Linear(8, 16//W)"])
def test_a_letter_may_divide(spec: str) -> None:
    """Its conditions stay as they stand, and 0 meets none of them."""
    form = closed_form(parse(spec, input_shape=(4, 8, 8)))
    assert [form.at(W=number) is not None for number in (0, 1, 2)] == [False, True, True]


def test_conditions_that_repeat_too_late_are_kept_as_they_stand() -> None:
    """Strides of 59, 61 and 67 repeat together after 241,133 sizes: two of them are solved, the third is tried."""
    b = Builder((1, W))
    for stride in (59, 61, 67):
        b.add(layers.Conv1d(1, 1, 1, stride=stride), inputs="input")
        b.chain(layers.Upsample(scale_factor=stride))
        b.add(layers.Concat(), inputs=("input", b.last))
    form = closed_form(b.build())
    whole = 59 * 61 * 67
    found = [form.at(W=number) is not None for number in (whole, whole // 67, whole - 1)]
    assert (len(form.domain.multi_letter), found, "where" in str(form.domain)) == (1, [True, False, False], True)


@pytest.mark.parametrize("number", ["5", 5.0, None])
def test_a_letter_stands_for_a_whole_number(number: Any) -> None:
    """Anything else is refused."""
    with pytest.raises(ShapecalcError, match="Expected a whole number for W"):
        closed_form(parse("ReLU", input_shape="3xW")).at(W=number)


def test_a_deep_net_tied_by_letters_is_answered() -> None:
    """Hundreds of layers with a letter for their padding: the conditions are counted, and the first are shown."""
    form = closed_form(parse("Conv1d(8, 8, 3, padding=P) " * 800, input_shape="8xW"))
    assert (form.at(P=1, W=5), form.report.memory.inference, "more (--json" in str(form.domain)) == ((8, 5), None, True)


def test_domains_and_forms_show_themselves_in_a_notebook() -> None:
    """As tables."""
    form = closed_form(parse("Conv1d(8, 8, 3)", input_shape="8xW"))
    html = form.domain._repr_html_()
    assert ("<table>" in form._repr_html_(), html.startswith("<p>legal for W ≥ 3</p><table>")) == (True, True)


@pytest.mark.parametrize(
    ("spec", "values"),
    [
        ("MaxPool2d(2400) PixelUnshuffle(2)", "W ≡ 0 to 2399 (mod 4800), W ≥ 4800"),
        ("PixelUnshuffle(2) " * 12, "W ≡ 0 (mod 4096)"),
    ],
)
def test_patterns_of_thousands_of_sizes_take_little_work(spec: str, values: str) -> None:
    """Sets of sizes are combined as patterns of bits, not number by number."""
    net = parse(spec, input_shape="3xHxW")
    domain = measure(net).domain
    assert domain is not None
    assert domain.values["W"].text("W") == values
    assert calls(lambda: measure(net)) < 200_000


def test_a_pattern_that_starts_at_thousands_of_sizes_takes_little_work() -> None:
    """Where a size does not grow evenly, each remainder of a long period is legal from another number on."""
    spec = """ZeroPad2d(5) LazyConv2d(8, 1, 3) LazyConv2d(8, 2, 3, 1) PixelUnshuffle(2)
        LazyConv2d(8, 2, 3, padding='tf_same') LazyConv2d(8, 5, 3, 1) PixelUnshuffle(3) MaxPool2d(2, 7)
        LazyConv2d(8, 3, 7, 1) LazyConv2d(8, 11, 2, dilation=3) LazyConvTranspose2d(8, 7, 5, 3) ReflectionPad2d(4)"""
    assert calls(lambda: measure(parse(spec, input_shape="4xHxW"))) < 1_000_000
