"""A question about one layer: the sizes that go in, and those that are to come out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import final

from shapecalc.algebra import Int, Name, names_in
from shapecalc.errors import SpecError, check_type, quoted
from shapecalc.formats.text.shapes import ShapeLike, read_shape
from shapecalc.layers import Shape, shape_text
from shapecalc.layers.core.axiswise import AXIS_NAMES
from shapecalc.measures.misreading import channels_first

#: What stands between two sizes.
ARROWS = ("->", "→", " to ")
_EXAMPLE = 'write for example "227 -> 55", "3x227x227 -> 96x55x55" or "W -> W/2"'


@final
@dataclass(frozen=True)
class SizeChange:
    """The sizes before and after a layer.

    Attributes:
        channels: those before and after, or None where the question leaves them out.
        axes: the size before and after along each axis; one entry where a single size stands for all axes.
        dims: how many axes the layer has.
    """

    channels: tuple[Int, Int] | None
    axes: tuple[tuple[Int, Int], ...]
    dims: int

    def __str__(self) -> str:
        before, after = ([axis[side] for axis in self.axes] for side in (0, 1))
        if self.channels is not None:
            before, after = [self.channels[0], *before], [self.channels[1], *after]
        if len(before) == 1:
            return f"{before[0]} → {after[0]}"
        return f"{shape_text(tuple(before))} → {shape_text(tuple(after))}"

    def axis_name(self, axis: int) -> str:
        """The name of an axis: height, width, or the names of all axes where one size stands for all."""
        return " and ".join(AXIS_NAMES[self.dims]) if len(self.axes) < self.dims else AXIS_NAMES[self.dims][axis]


def size_change(before: ShapeLike, after: ShapeLike, dims: int | None = None) -> SizeChange:
    """The question whether a layer makes one side of the other.

    Args:
        before: what goes in: 227, "W", "3x227x227", (3, 227, 227). Without channels where there are as many sizes
            as axes; a single size stands for all axes.
        after: what comes out, with as many sizes.
        dims: how many axes the layer has; by default those that are written, and two for a single size.

    Raises:
        SpecError: the sides do not fit each other, or an output is not written in terms of its input.
    """
    check_type("dims", dims, (int, type(None)), "1, 2 or 3")
    if dims not in {None, *AXIS_NAMES}:
        raise SpecError(f"A layer slides over 1, 2 or 3 axes, but dims={quoted(dims)}.")
    first, second = read_side(before), read_side(after)
    if len(first) != len(second):
        raise SpecError(
            f"{shape_text(first)} has {_count(len(first))} but {shape_text(second)} has {_count(len(second))}; "
            "write the same on both sides."
        )
    dims = dims or {1: 2, 2: 2, 3: 2, 4: 3}.get(len(first), 0)
    if len(first) not in {1, dims, dims + 1}:
        remedy = f"{_count(dims)}, or channels and {_count(dims)}" if dims else "at most channels and three sizes"
        raise SpecError(f"{shape_text(first)} has {_count(len(first))}; write {remedy}.")
    has_channels = len(first) == dims + 1
    if has_channels and channels_first(first) is not None:
        meant = " -> ".join(shape_text((channels, *sizes)) for *sizes, channels in (first, second))
        raise SpecError(f"{shape_text(first)}: did you mean {meant}? Channels come first.")
    axes = tuple(zip(first, second, strict=True))[has_channels:]
    for axis in axes:
        _check(*axis)
    return SizeChange((first[0], second[0]) if has_channels else None, axes, dims)


def read_question(text: str, dims: int | None = None) -> SizeChange:
    """The question that ``227 -> 55`` writes.

    Raises:
        SpecError: it is not such a question.
    """
    sides = [side.strip() for side in re.split("|".join(ARROWS), text)]
    if len(sides) != 2 or not all(sides):
        raise SpecError(f"{text!r} is not a question about one layer; {_EXAMPLE}.")
    return size_change(sides[0], sides[1], dims)


def _count(sizes: int) -> str:
    return f"{sizes} size{'s' * (sizes > 1)}"


def read_side(sizes: ShapeLike) -> Shape:
    """The sizes of one side: 227, ``"3x227x227"``, ``"ceil(W/2)"``.

    Raises:
        SpecError: they cannot be read, or one is below 1.
    """
    expected = "sizes such as 227 or 3x227x227"
    if sizes == ():
        raise SpecError(f"Expected {expected} but got ().")
    return read_shape(sizes, style="expressions", down=True, expected=expected)


def _check(before: Int, after: Int) -> None:
    """Refuse sizes with several letters, or with one that is not in the size before."""
    letters, new_letters = names_in(before), names_in(after) - names_in(before)
    if len(letters) > 1:
        names = " and ".join(sorted(name.name for name in letters))
        raise SpecError(f"{before} has the letters {names}; write each size with one letter.")
    if new_letters:
        letter = min(name.name for name in new_letters)
        remedy = f"write it in terms of {_first(letters)}" if letters else "give a number"
        raise SpecError(f"The output {after} has the letter {letter}, which the input {before} has not; {remedy}.")


def _first(letters: Iterable[Name]) -> str:
    return next(iter(letters)).name
