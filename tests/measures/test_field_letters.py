"""Fields with letters against the fields of every number: exact ones are equal, and a bound is never below."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shapecalc import Builder, Net, ShapecalcError, layers, parse
from shapecalc.algebra import Expr, Int, Name, evaluate
from shapecalc.measures import measure
from tests.campaigns import examples
from tests.nets.drawn import small_nets

LETTERS = (Name("H"), Name("W"))


def number(value: Any, sizes: dict[Name, int]) -> Any:
    """An expression at some numbers; a number as it is."""
    return evaluate(value, sizes) if isinstance(value, Expr) else value


def fields(net: Net, numbers: tuple[int, ...]) -> Iterator[tuple[str, Any, Any]]:
    """The fields of each node with letters and with numbers in their place; none where these are illegal."""
    (channels, *sizes) = next(iter(net.inputs.values()))
    letters: list[Int] = [*LETTERS[-len(sizes) :]]
    try:
        lettered, numbered = (measure(net.with_input((channels, *shape))) for shape in (letters, numbers))
    except ShapecalcError:
        return
    for row, same in zip(lettered, numbered, strict=True):
        if 0 not in same.output_shape:  # an empty map has no field
            yield from ((row.name, *pair) for pair in zip(row.fields, same.fields, strict=True))


def test_a_field_with_letters_holds_for_every_number() -> None:
    """Of any net, an exact field with letters is that of each legal number, and a bound is at least as large."""
    looked = []

    @examples(80, deep=20_000)
    @given(st.data())
    def check(data: Any) -> None:
        net = data.draw(small_nets(longest=4))
        size = st.one_of(st.integers(1, 5), st.integers(1, 40))
        numbers = data.draw(st.tuples(*[size] * (len(next(iter(net.inputs.values()))) - 1)))
        sizes = dict(zip(LETTERS[-len(numbers) :], numbers, strict=True))
        for name, lettered, numbered in fields(net, numbers):
            looked.append(lettered.bound)
            found = [number(part, sizes) for part in (lettered.size, lettered.jump, lettered.start)]
            expected = [numbered.size, numbered.jump, numbered.start]
            where = f"{net.nodes} at {numbers}, {name}"
            if lettered.bound:
                assert found[0] >= expected[0], where
            else:
                assert (found, numbered.bound) == (expected, ""), where

    check()
    assert looked.count("") > 200
    assert len(looked) - looked.count("") > 25


FEW = {
    "one output at 1": (
        "ConvTranspose1d(1, 1, 3, stride=2, padding=1)",
        (2, "of fewer than 2 outputs none may see as much"),
    ),
    "always two": ("ConvTranspose1d(1, 1, 4, stride=2, padding=1)", (2, "")),
    "a size that only a multiple can be": (
        "MaxPool1d(4) ConvTranspose1d(1, 1, 4, stride=4) ZeroPad1d(-2) Upsample(scale_factor=2)",
        (4, ""),
    ),
}


@pytest.mark.parametrize(("text", "field"), FEW.values(), ids=FEW)
def test_few_outputs_are_a_bound(text: str, field: tuple[Any, str]) -> None:
    """Where there may be fewer outputs than the table has entries, the most that is seen is a bound."""
    (axis,) = measure(parse(text, input_shape="1xW")).rows[-1].fields
    assert (axis.size, axis.bound) == field


def test_a_size_of_one_is_stretched_for_every_size() -> None:
    """A gate behind a global pool sees everything, also where the map is a single position itself."""
    b = Builder((1, Name("W")))
    source = b.last
    gate = b.chain(layers.AdaptiveAvgPool1d(1), layers.Sigmoid())
    b.add(layers.Multiply(), inputs=(source, gate))
    b.add(layers.Conv1d(1, 1, 3, padding=1))
    nets = [b.build(), *[b.build().with_input((1, size)) for size in (1, 2, 5)]]
    found = [measure(net).rows[-1].fields[0] for net in nets]
    assert [(str(axis.size), axis.jump, axis.bound) for axis in found] == [
        ("W", 0, ""), ("1", 0, ""), ("2", 0, ""), ("5", 0, "")
    ]  # fmt: skip


def test_a_bound_grows_with_the_padding() -> None:
    """Behind windows that letters leave open, each position of padding may stand for as many inputs as a window."""
    (axis,) = measure(parse("AdaptiveAvgPool1d(4) Conv1d(1, 1, 3, padding=1)", input_shape="1xW")).rows[-1].fields
    assert str(axis.size) == "W + 2·⌊(W − 1)/4⌋ + 4"


def test_what_is_legal_decides_whether_all_outputs_exist() -> None:
    """The paper's U-Net needs 188 pixels: six outputs at up3.conv1, of four kinds, but at last four of 16 kinds."""
    letters = measure(parse("zoo:unet", input_shape="1xHxW"))
    small = measure(parse("zoo:unet", input_shape="1x188x188"))
    names = ("up3.conv1", "output")
    found = [(letters[name].status, letters[name].fields[0].size, small[name].fields[0].size) for name in names]
    assert found == [("exact", 188, 188), ("bound", 204, 188)]
