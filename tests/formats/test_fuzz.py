"""A hundred thousand wrong texts: every door refuses them in its own words, and nothing grows without bound."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from shapecalc import ShapecalcError, explain, measure, parse
from shapecalc.formats import read_expression, read_shape
from shapecalc.formats.document.files import from_json, validate_model
from shapecalc.formats.document.loading import loads
from shapecalc.formats.document.model import Document
from shapecalc.measures.field.sliding import MAX_PERIOD
from shapecalc.measures.sizes import MAX_DIGITS, MAX_DIMS
from tests.campaigns import cases
from tests.formats.mutate import SHAPES, SPECS, texts

#: How many texts each door gets with --deep, together more than 100,000; otherwise it gets a twentieth of them.
MANY, FILES = 30_000, 8_000

shapes: Iterator[Any] = itertools.cycle(SHAPES)


def used(net: Any) -> None:
    """Measure, explain and print a net that was read, as the command line does."""
    report = measure(net)
    for row in report:
        assert len(row.output_shape) <= MAX_DIMS
        assert all(size < 10**MAX_DIGITS for size in row.output_shape if isinstance(size, int))
        assert all(len(axis.low) <= MAX_PERIOD for axis in row.fields)
    report.as_dict()
    str(report)
    assert str(net)


def as_spec(text: str) -> None:
    used(parse(text, input_shape=next(shapes)))


def as_document(text: str) -> None:
    used(loads(text))


def as_json(text: str) -> None:
    validate_model(from_json(text, "file"), Document, "file")


def as_shape(text: str) -> None:
    read_shape(text)


def as_expression(text: str) -> None:
    read_expression(text)


DOORS: dict[Callable[[str], None], int] = {
    as_spec: MANY,
    as_expression: MANY,
    as_shape: MANY,
    as_document: FILES,
    as_json: FILES,
}


def outcome(door: Callable[[str], object], text: str) -> str:
    """What a door made of a text: read, refused in one short line, or what went wrong."""
    try:
        door(text)
    except ShapecalcError as refused:
        message = str(refused)
        return "refused" if message and len(message) <= 1_200 else f"refused at length {len(message)}: {text}"
    except Exception as wrong:  # noqa: BLE001  to show the text that it happened with
        return f"{type(wrong).__name__}: {wrong} for {text!r}"
    return "read"


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.__name__)
def test_a_door_refuses_in_its_own_words(door):
    """Of thousands of damaged texts each is read or refused; nothing else ever happens."""
    count = cases(DOORS[door] // 20, deep=DOORS[door])
    outcomes = Counter(outcome(door, text) for text in texts(DOORS[door], count))
    assert {"read", "refused"} == set(outcomes)


def test_there_are_a_hundred_thousand():
    """All doors together get more than 100,000 texts."""
    assert sum(DOORS.values()) > 100_000


def test_this_check_can_fail():
    """A door that breaks is seen, and the text with it."""
    assert outcome(lambda _: 1 / 0, "Conv") == "ZeroDivisionError: division by zero for 'Conv'"


@pytest.mark.parametrize("spec", SPECS)
def test_what_is_damaged_was_valid(spec):
    """The texts that are damaged can themselves be read."""
    assert str(parse(spec)) == str(parse(str(parse(spec))))


#: Short texts that once took minutes, gigabytes or Python's own errors; each is now answered or refused at once.
HOSTILE = [
    ("Conv3d(1, 10**90, 3)", ("1",) + ("9" * 100,) * 3),
    ("Upsample(scale_factor=10**90) " * 3_000, "3x8x8"),
    ("Upsample(scale_factor=10**90) " * 3_000, "3xHxW"),
    ("Upsample(scale_factor=1e308)", "3x8x100000000000000"),
    ("Upsample(scale_factor=1e290) Upsample(scale_factor=1.5e90)", "3x8x8"),
    ("Upsample(scale_factor=1e-300)", "3x8x1" + "0" * 99),
    ("Upsample(size=4095) Conv2d(3, 1, 5000, padding=5000)", "3x4096x4096"),
    ("AdaptiveAvgPool2d(4095) Conv2d(3, 1, 4090)", "3x4096x4096"),
    ("AdaptiveAvgPool2d(10**30)", "3x4096x4096"),
    ("ConvTranspose2d(3, 1, 5000, stride=4096) Conv2d(1, 1, 4096, stride=4095)", "3x40x40"),
    ("ConvTranspose2d(3, 1, 10**30, stride=10**30)", "3x4096x4096"),
    ("LSTM(8, 8, 10**9)", "5x8"),
    ("LSTM(8, 8, 100)", "5x8"),
    (f"Unflatten(1, ({'1,' * 10_000}))", "5"),
    (f"Unflatten(1, ({'1,' * 200}))", "1"),
    ("ReLU " * 3_000 + "Linear(4, 4)", "5"),
    ("a" * 1_000_000, "5"),
    ("(" * 100_000, "5"),
    ("Conv2d(" * 10_000, "5"),
    ("Sequential(" * 10_000, "5"),
    ("Conv2d(" + "-" * 100_000, "5"),
    (f"Conv2d(3, 4, '{'a' * 100_000}')", "5"),
    (f"Conv2d(3, 4, {'W+' * 10_000}1)", "3x8x8"),
    ("Conv2d(3, 4, (((A + B)**10)**10)**10)", "3x8x8"),
    (f"Conv2d(3, 4, {'10**99*W*' * 30}1)", "3x8x8"),
    ("Conv2d(K, K, F, S, P) " * 100, "KxHxW"),
    ("MaxPool2d(3, 2, ceil_mode=True, padding=1) " * 100, "KxHxW"),
    ("ReLU", "3x" * 1_000_000),
    ("ReLU", "9" * 5_000),
    ("ReLU", (3, 10**5_000)),
    ("ReLU", (0, 10**5_000)),
]


@pytest.mark.parametrize(
    ("spec", "shape"), HOSTILE, ids=lambda value: str(value)[:40] if isinstance(value, str) else ""
)
def test_hostile_texts_are_answered(spec, shape):
    """Enormous numbers, depths and counts are worked out or refused, in bounded structures."""

    def door(text: str) -> None:
        net = parse(text, input_shape=shape)
        used(net)
        explanation = explain(net)
        assert str(explanation)
        assert explanation.as_dict()
        explanation.latex()

    assert outcome(door, spec) in ("read", "refused")


@pytest.mark.parametrize(
    "document",
    [
        '"\\UFFFFFFFF"',
        "%YAML 1." + "9" * 5_000 + "\n---\na: b",
        "[" * 10_000,
        "{a: " * 10_000,
        "- " * 10_000,
        "a: &x [1]\nb: *x",
        "input: 3x8x8\nlayers: [ReLU]\ninput: 3x9x9",
        "? [1, 2]\n: 3",
        "input: [3, " + "9" * 5_000 + "]\nlayers: [ReLU]",
        "!!python/object/apply:os.system ['true']",
        "input: !!binary aGVsbG8=\nlayers: [ReLU]",
        "a: 1\n---\nb: 2",
        "\x00",
        "layers: [ReLU]",
        "inputs: {}\nlayers: [ReLU]",
        "",
        "null",
    ],
)
def test_hostile_documents_are_refused(document):
    """YAML's ways to make Python stumble end in our refusal."""
    assert outcome(as_document, document) == "refused"


def test_the_branches_of_a_graph_have_bounded_fields():
    """Two tables whose common period would have 28,768 entries are given up for a bound."""
    chain = "  - {{layer: 'ConvTranspose1d(1, 1, 32, stride=32)', name: a{0}, inputs: input}}\n"
    chain += "  - {{layer: 'MaxPool1d({0})', name: b{0}}}\n"
    chain += "  - {{layer: 'ConvTranspose1d(1, 1, {0}, stride={0})', name: c{0}}}\n"
    text = f"input: 1x899\nlayers:\n{chain.format(31)}{chain.format(29)}  - {{layer: 'Add()', inputs: [c31, c29]}}\n"
    row = measure(loads(text)).rows[-1]
    assert (row.output_shape, row.reason) == ((1, 28768), "the fields repeat only after 28768 outputs")
