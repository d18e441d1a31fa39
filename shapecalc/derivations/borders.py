"""The inputs that a window leaves out: those behind the last position, and those between two positions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, final

from shapecalc.algebra import Int, maximum
from shapecalc.layers.windows import extent, unread_end
from shapecalc.measures import Row


@final
class Unread(NamedTuple):
    """The inputs that no window of a layer reads, along one axis.

    Attributes:
        axis: the axis.
        end: how many there are behind the last window; None where letters leave it open.
        between: how many there are between each two windows; None where letters leave it open.
    """

    axis: str
    end: int | None
    between: int | None

    def words(self) -> str:
        """The two numbers, or what is above 0 of them."""
        ends = f"{self.end} input{'s' * (self.end > 1)} at the end" if self.end else ""
        gaps = f"{self.between} between each two windows" if self.between else ""
        return " and ".join(filter(None, (ends, gaps)))


def unread(row: Row) -> Iterator[Unread]:
    """What no window of a layer reads, for each axis.

    Args:
        row: a layer that slides a window.
    """
    envs = row.layer.axis_envs(row.input_shapes[0])  # type: ignore[attr-defined]  # as every layer with a window
    for (axis, env), size in zip(envs, row.output_shape[-len(envs) :], strict=True):
        kernel, stride, dilation = env["kernel_size"], env["stride"], env["dilation"]
        end = unread_end(env["W"], size, kernel, stride, env["before"], dilation)
        gap = stride - extent(kernel, dilation)
        between: Int = 0 if size == 1 else maximum(gap, 0)
        yield Unread(axis, *(number if isinstance(number, int) else None for number in (end, between)))


def left_out(row: Row) -> Iterator[str]:
    """As :func:`unread`, a sentence for each axis; nothing where letters leave it open."""
    places: dict[str, list[str]] = {}
    for axis in unread(row):
        places.setdefault(axis.words(), []).append(axis.axis)
    return (f"left out along the {' and '.join(axes)}: {words}" for words, axes in places.items() if words)
