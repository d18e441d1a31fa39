"""Where the boxes of a graph stand and how its edges run, by graphviz or, where that is missing, by grandalf."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, final

from shapecalc.drawing.svg import Point

#: What stands between boxes, in pixels: beside each other, and between rows, where the shapes are written.
BESIDE, BETWEEN = 28.0, 42.0
#: Between the boxes of a frame and the frame, and the height of its label.
MARGIN, LABEL = 12.0, 20.0
#: Below the boxes of a frame, where the shape that comes out is written.
FOOT = 26.0


@final
class Size(NamedTuple):
    """How large a box is, in pixels."""

    width: float
    height: float


@final
class Rectangle(NamedTuple):
    """A rectangle by its left upper corner and its size, in pixels."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Its right end."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """Its lower end."""
        return self.top + self.height

    @property
    def centre(self) -> float:
        """The place across of its middle."""
        return self.left + self.width / 2

    @property
    def middle(self) -> float:
        """The height of its middle."""
        return self.top + self.height / 2

    def side(self, x: float) -> float:
        """The end that lies nearer to a place across."""
        return self.right if x > self.centre else self.left


Edge = tuple[str, str]


@final
class Arrangement(NamedTuple):
    """A layout of a graph.

    Attributes:
        width: of the whole, in pixels.
        height: likewise.
        centres: the middle of each box, by name.
        routes: for each edge the control points of its cubic curves.
    """

    width: float
    height: float
    centres: Mapping[str, Point]
    routes: Mapping[Edge, list[Point]]

    def rectangle(self, name: str, sizes: Mapping[str, Size]) -> Rectangle:
        """Where a box stands."""
        (x, y), (width, height) = self.centres[name], sizes[name]
        return Rectangle(x - width / 2, y - height / 2, width, height)

    def around(self, names: tuple[str, ...], sizes: Mapping[str, Size]) -> Rectangle:
        """The frame around some boxes, with room for its label."""
        boxes = [self.rectangle(name, sizes) for name in names]
        left, top = min(box.left for box in boxes) - MARGIN, min(box.top for box in boxes) - MARGIN - LABEL
        right, bottom = max(box.right for box in boxes) + MARGIN, max(box.bottom for box in boxes) + FOOT
        return Rectangle(left, top, right - left, bottom - top)
