"""Budgets and fields: against the engine's measures at every legal number."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shapecalc import ShapecalcError, SpecError, measure, open_net, parse
from shapecalc.algebra.integers import Integers, first_from, last_until
from shapecalc.algebra.pieces import Piece
from shapecalc.formats.text.quantities import read_bytes, read_count
from shapecalc.solve import measure_at
from shapecalc.solve.budgets import Budget, Point, largest_for, smallest_for
from tests.campaigns import examples
from tests.narrow import present
from tests.work import calls

NETS = {
    "an input": ("Conv2d(3, 4, 3) MaxPool2d(2) Conv2d(4, 8, 3, padding=1)", "3xWxW", "W"),
    "every eighth input": ("MaxPool2d(2) PixelUnshuffle(4) Conv2d(48, 8, 1)", "3xWxW", "W"),
    "a height": ("Conv2d(3, 4, 3, stride=2) GELU() Flatten", "3xHx20", "H"),
    "filters": ("Conv2d(3, K, 3) BatchNorm2d(K) Conv2d(K, 2*K, 3)", "3x12x12", "K"),
    "a kernel": ("Conv2d(3, 4, F) ReLU() Conv2d(4, 4, F)", "3x40x40", "F"),
    "a dilation": ("Conv1d(4, 4, 3, dilation=d) Conv1d(4, 4, 3, dilation=2*d)", "4x90", "d"),
    "a stride": ("Conv2d(3, 4, 3, stride=S) Conv2d(4, 4, 1)", "3x40x40", "S"),
    "a stride that the next kernel bounds": ("Conv2d(3, 4, 3, stride=S) Conv2d(4, 4, 3)", "3x40x40", "S"),
    "a length for attention": ("TransformerEncoderLayer(8, 2, 16)", "Lx8", "L"),
}
LARGEST = 120


def measures(report: Any) -> dict[str, int]:
    """What can be asked, of a report of numbers."""
    memory = report.memory
    assert isinstance(memory.inference, int)
    forward = memory.parameters + memory.buffers + memory.inference
    return {
        "parameters": report.parameters,
        "macs": report.macs,
        "memory": forward,
        "training": max(memory.training, forward),
        "field": min(axis.size for axis in report.rows[-1].fields),
    }


@cache
def measured(name: str) -> dict[int, dict[str, int]]:
    """The measures of a net at every legal number up to the largest that is tried."""
    spec, shape, letter = NETS[name]
    net = parse(spec, input_shape=shape)
    found = {}
    for number in range(1, LARGEST + 1):
        try:
            found[number] = measures(measure_at(net, {letter: number}))
        except ShapecalcError:
            continue
    return found


DEPENDS = {
    "an input": ("macs", "memory", "training"),
    "every eighth input": ("macs", "memory", "training"),
    "a height": ("macs", "memory", "training"),
    "filters": ("parameters", "macs", "memory", "training"),
    "a kernel": ("parameters", "macs", "memory", "training", "field"),
    "a dilation": ("macs", "memory", "training", "field"),
    "a stride": ("macs", "memory", "training"),
    "a stride that the next kernel bounds": ("macs", "memory", "training", "field"),
    "a length for attention": ("macs", "memory", "training"),
}


def asked(name: str, measure: str, limit: int) -> Budget:
    """The answer for one net and measure."""
    net = parse(NETS[name][0], input_shape=NETS[name][1])
    if measure == "field":
        return smallest_for(net, field=limit)
    if measure == "training":
        return largest_for(net, memory=limit, training=True)
    wish: dict[str, Any] = {measure: limit}
    return largest_for(net, **wish)


@pytest.mark.parametrize("name", NETS)
@examples(10, deep=250)
@given(data=st.data())
def test_the_answer_is_that_of_every_number(name, data):
    """The numbers told meet the wish, the others do not, and the measures at the edge are right."""
    measure = data.draw(st.sampled_from(DEPENDS[name]))
    amounts = {number: one[measure] for number, one in measured(name).items()}
    limit = data.draw(st.integers(min(amounts.values()) - 1, max(amounts.values())))
    answer = asked(name, measure, max(limit, 1))
    meets = [n for n, one in amounts.items() if (one >= limit if measure == "field" else one <= limit)]
    edge = answer.edge and amounts.get(answer.edge.value, answer.edge.amount)
    beyond = answer.beyond and amounts.get(answer.beyond.value, answer.beyond.amount)
    assert ([n for n in amounts if n in answer.values], edge, beyond) == (
        meets,
        answer.edge and answer.edge.amount,
        answer.beyond and answer.beyond.amount,
    )


@pytest.mark.parametrize("name", [name for name in NETS if name != "a stride"])
@pytest.mark.parametrize("place", [0, 3, 7])
def test_the_edge_is_the_last_within_and_the_next_is_beyond(name, place):
    """With a budget of just what a number takes, that number is the largest, unless others take no more."""
    measure = DEPENDS[name][-1] if DEPENDS[name][-1] != "field" else "training"
    amounts = {number: one[measure] for number, one in measured(name).items()}
    limit = list(amounts.values())[place]
    answer = asked(name, measure, limit)
    right = max(number for number, amount in amounts.items() if amount <= limit)
    assert (answer.edge, answer.beyond is None or answer.beyond.amount > limit) == (
        Point(right, amounts[right]),
        True,
    )


def test_a_kernel_may_be_small_or_large():
    """The work of a kernel rises and falls again: both ends are told."""
    net = parse("Conv2d(3, 8, F) Conv2d(8, 8, F)", input_shape="3x64x64")
    answer = largest_for(net, macs="30M")
    assert (answer.values.text("F"), answer.edge) == ("1 ≤ F ≤ 13 or 29 ≤ F ≤ 32", Point(32, 27_025_408))


def test_memory_is_taken_for_a_number_type():
    """Input, output and weights of 155 x 155 pixels take 4 bytes each; with 2 bytes each twice as many fit."""
    net = parse("Conv2d(3, 8, 3)", input_shape="3xWxW")
    single, half, double = (
        present(largest_for(net, memory=limit, dtype=dtype).edge)
        for limit, dtype in (("1 MiB", "float32"), ("1 MiB", "float16"), ("2 MiB", "float32"))
    )
    numbers = 3 * 155**2 + 8 * 153**2 + 8 * 3 * 3 * 3 + 8
    assert (single, half) == (Point(155, 4 * numbers), Point(double.value, double.amount // 2))


def test_a_known_net_within_a_budget():
    """ResNet-18 has 1.81 billion multiply-accumulates at 224 (torchvision): the largest input within 1.82."""
    answer = largest_for(open_net("zoo:resnet18", input_shape="3xWxW"), macs="1.82G")
    assert (present(answer.edge).value, present(answer.beyond).value) == (224, 225)


def test_without_an_answer_the_smallest_is_told():
    """Nothing fits; what the smallest legal number takes is the nearest."""
    answer = largest_for(parse("Conv2d(3, K, 3)", input_shape="3x9x9"), parameters=20)
    assert (answer.edge, answer.beyond, bool(answer.values)) == (None, Point(1, 28), False)


def test_a_field_that_the_input_does_not_allow():
    """The largest legal dilation does not see far enough."""
    net = parse("Conv1d(8, 8, 3, dilation=d)", input_shape="8x100")
    answer = smallest_for(net, field=400)
    assert (answer.values, answer.edge, answer.beyond) == (Integers(), None, Point(49, 99))


def test_a_limit_that_is_never_met_again():
    """A dilation of 49 is the largest that fits; no budget of work is beyond it."""
    net = parse("Conv1d(8, 8, 3, dilation=d)", input_shape="8x100")
    answer = largest_for(net, macs="1G")
    assert (present(answer.edge).value, answer.beyond) == (49, None)


def test_what_ties_the_letter_to_others_is_told():
    """Parameters depend on N alone, but N is what comes out of an image."""
    answer = largest_for(parse("Conv2d(3, 8, 3) Flatten Linear(N, 10)", input_shape="3xWxW"), parameters="1e5")
    assert (present(answer.edge).value, answer.as_dict()["where"], str(answer).splitlines()[-1]) == (
        9_976,
        ["8·(W − 2)² = N"],
        "where     8·(W − 2)² = N",
    )


REFUSED = {
    ("Conv2d(3, 8, 3)", "3xHxW", "macs"): "depend on H and W",
    ("Conv2d(3, 8, 3)", "3xWxW", "parameters"): "depend on no letter",
    ("Conv2d(3, 8, 3)", "3xWxW", "field"): "depends on no letter",
    ("Conv2d(3, 8, F, stride=S)", "3x64x64", "macs"): "depend on F and S",
}


@pytest.mark.parametrize(("spec", "shape", "wish"), REFUSED)
def test_what_depends_on_more_or_less_than_a_letter_is_refused(spec, shape, wish):
    """Saying which letters there are."""
    net = parse(spec, input_shape=shape)
    limits: dict[str, Any] = {wish: 9}
    with pytest.raises(SpecError, match=REFUSED[spec, shape, wish]):
        smallest_for(net, field=9) if wish == "field" else largest_for(net, **limits)


@pytest.mark.parametrize("budgets", [{}, {"macs": 1, "memory": 1}])
def test_there_is_one_budget(budgets):
    """Neither none nor two."""
    with pytest.raises(SpecError, match="Give one budget"):
        largest_for(parse("Conv2d(3, 8, 3)", input_shape="3xWxW"), **budgets)


def test_the_answer_as_json():
    """Sets as text and as pieces, with the measures."""
    net = parse("Conv2d(3, 8, F)", input_shape="3x8x8")
    assert smallest_for(net, field=5).as_dict() == {
        "letter": "F",
        "measure": "field",
        "limit": 5,
        "legal": "1 ≤ F ≤ 8",
        "for": "5 ≤ F ≤ 8",
        "values": [{"min": 5, "max": 8, "modulus": 1, "remainders": [0]}],
        "smallest": {"value": 5, "field": 5},
        "next": {"value": 4, "field": 4},
    }


COUNTS = {
    "1e6": 10**6,
    "25.6M": 25_600_000,
    "1_000": 1000,
    "4,000": 4000,
    "2 k": 2000,
    "0": 0,
    "1.5e3": 1500,
    "7B": 7 * 10**9,
}
BYTES = {"2 GiB": 2**31, "1.5KiB": 1536, "512 MB": 512 * 10**6, "100": 100, "1 kb": 1000, "8gib": 2**33, "3B": 3}


@pytest.mark.parametrize(
    ("read", "text", "number"), [(read_count, *c) for c in COUNTS.items()] + [(read_bytes, *b) for b in BYTES.items()]
)
def test_how_numbers_are_written(read, text, number):
    """With units, in either case of letters."""
    assert read(text) == number


@pytest.mark.parametrize("text", ["", "two", "2 QiB", "-1", "1e", "1e999", "0x10", "1.2.3", "inf", "nan", "1 GiBB"])
def test_what_is_no_number_is_refused(text):
    """In one line that says what to write."""
    for read in (read_count, read_bytes):
        with pytest.raises(SpecError, match="cannot be read; write"):
            read(text)


def test_a_number_of_too_many_digits_is_refused():
    """With the bound."""
    for read in (read_count, read_bytes):
        with pytest.raises(SpecError, match=r"^The number has 60 digits; at most 41 are read\.$"):
            read("9" * 60)


@pytest.mark.parametrize("number", [3.5, None, [3]])
def test_what_is_no_text_is_refused(number):
    """A budget is a whole number, or a text."""
    for read in (read_count, read_bytes):
        with pytest.raises(SpecError, match="is no whole number and no text; write"):
            read(number)


PIECES = st.lists(
    st.builds(
        lambda low, length, period, remainders: Piece(
            low, low + length, period, tuple(sorted({r % period for r in remainders}))
        ),
        st.integers(0, 30),
        st.integers(0, 20),
        st.integers(1, 5),
        st.sets(st.integers(0, 4), min_size=1),
    ),
    max_size=3,
)


@given(PIECES, st.integers(-5, 60))
def test_the_neighbours_in_a_set(pieces, number):
    """The least number from one on, and the largest up to it."""
    values = Integers(pieces)
    inside = [n for n in range(-10, 70) if n in values]
    above = min((n for n in inside if n >= number), default=None)
    below = max((n for n in inside if n <= number), default=None)
    assert (first_from(values, number), last_until(values, number)) == (above, below)


def test_the_largest_batch_is_found_where_the_net_has_no_letter():
    """N stands for the batch; the memory at it and at the next batch is that of measure()."""
    net = parse("zoo:lenet5")
    budget = largest_for(net, memory="2 MiB", training=True, optimizer="adam")
    edge, beyond = present(budget.edge), present(budget.beyond)
    assert (budget.letter, beyond.value) == ("N", edge.value + 1)
    for point in (edge, beyond):
        assert measure(net, batch=point.value, optimizer="adam").memory.training == point.amount
    assert edge.amount <= 2**21 < beyond.amount


def test_a_batch_is_given_beside_a_letter_for_the_image():
    """The image is smaller for a larger batch; two letters are refused."""
    net = parse("Conv2d(3, 8, 3) ReLU", input_shape="3xWxW")
    edges = [present(largest_for(net, memory="4 MiB", batch=batch).edge).value for batch in (1, 16)]
    assert edges == sorted(edges, reverse=True)
    with pytest.raises(SpecError, match="depends on B and W"):
        largest_for(net, memory="4 MiB", batch="B")


def test_what_fits_in_training_fits_in_inference():
    """A layer that saves little still has an output: the largest image of a training step is no larger."""
    net = parse("Conv2d(3, 64, 3)", input_shape="3xWxW")
    edges = [present(largest_for(net, memory="1 MiB", training=training).edge).value for training in (False, True)]
    assert edges == [64, 64]


def test_a_setting_without_training_is_refused():
    """An optimizer has a state in training alone, and integers have no training."""
    net = parse("zoo:lenet5")
    with pytest.raises(SpecError, match="adam has a state in training only"):
        largest_for(net, memory="2 MiB", optimizer="adam")
    with pytest.raises(SpecError, match="no training step to fit: weights of int8 have no gradients"):
        largest_for(net, memory="2 MiB", training=True, dtype="int8")


def test_memory_has_the_digits_that_tell_it_from_the_limit():
    """The amounts at the edge, beyond it and of the limit never look alike."""
    net = parse("Conv2d(3, 10, 3)", input_shape="3xWxW")
    text = str(largest_for(net, memory="1000 MiB"))
    assert [word in text for word in ("1,000.00 MiB", "999.97 MiB")] == [True, True]
    text = str(largest_for(net, memory="1 GiB"))
    assert [word in text for word in ("1.0000 GiB", "0.9997 GiB", "1.0002 GiB")] == [True, True, True]
    assert "7.98 GiB" in str(largest_for(parse("zoo:resnet50"), memory="8 GiB", training=True, optimizer="adam"))


def test_the_largest_batch_of_a_long_net_takes_one_measurement() -> None:
    """No layer depends on the batch, so that the memory is a formula in it."""
    net = parse("Conv2d(8, 8, 3, padding=1) " * 1_000, input_shape="8x32x32")
    assert calls(lambda: largest_for(net, memory="8 GiB")) < 400_000


def test_a_field_is_measured_for_a_bounded_number_of_layers() -> None:
    """A long net whose field has no closed form is refused, with the bound."""
    net = parse("Conv2d(8, 8, F, padding=8) " + "ReLU " * 4_900, input_shape="8x32x32")
    with pytest.raises(ShapecalcError, match="measures more than 20,000 layers"):
        smallest_for(net, field=15)


def test_a_budget_of_training_warns_of_a_norm_of_a_single_value():
    """A batch of 1 fits, and torch refuses to train it; inference it runs."""
    spec = "Conv2d(3, 8, 3) AdaptiveAvgPool2d(1) BatchNorm2d(8)"
    words = "norm1: a batch of 1 has a single value per channel here"
    budget = largest_for(parse(spec, input_shape="3x8x8"), memory="1 MiB", training=True)
    assert (words in str(budget), "N must be at least 2" in budget.as_dict()["warnings"][0]) == (True, True)
    assert words not in str(largest_for(parse(spec, input_shape="3xWxW"), memory="1 MiB"))
