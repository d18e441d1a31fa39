"""A small image, and beside it what a kernel makes of it, as a picture in SVG; no NumPy is needed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import groupby
from typing import NamedTuple, final
from xml.etree.ElementTree import Element

from shapecalc.drawing import Picture
from shapecalc.drawing.shading import WHITE, grey_scale
from shapecalc.drawing.svg import add
from shapecalc.kernels import STEPS, Kernel
from shapecalc.kernels.application import Cell, Map, weighted_sum

#: The side of an image in pixels; of a pixel, and of the space around an image, in those of the picture.
SIDE, _PIXEL, _GAP, _WORDS = 24, 10, 12, 40


@final
class SmallImage(NamedTuple):
    """An image that is drawn by code.

    Attributes:
        words: what is on it.
        rows: its numbers, from 0 to 255.
    """

    words: str
    rows: Map


def _drawn(is_bright: Callable[[int, int], bool]) -> Map:
    return [[WHITE * is_bright(y, x) for x in range(SIDE)] for y in range(SIDE)]


def _is_shape(y: int, x: int) -> bool:
    """Of a square, a disc, a rising line and a dot."""
    square = 3 <= y < 11 and 3 <= x < 11
    disc = (y - 7) ** 2 + (x - 17) ** 2 <= 18
    line = y + x == SIDE + 2 and 14 <= y < 22
    return square or disc or line or (y, x) == (18, 18)


IMAGES = {
    "shapes": SmallImage("a square, a disc, a line and a dot", _drawn(_is_shape)),
    "stripes": SmallImage("stripes that get narrower", _drawn(lambda _, x: x * x // SIDE % 2 == 1)),
    **{
        step.name: SmallImage(
            step.words, [[WHITE * int(number) for number in row] for row in step.image((SIDE, SIDE)).rows]
        )
        for step in STEPS
    },
}


def filtered(kernel: Kernel, image: Map) -> list[list[float]]:
    """What a kernel makes of an image, with zeros around it; both have the same size."""
    divisor = kernel.divisor
    numbers = [[int(number) for number in row] for row in kernel.times(divisor).rows]
    height, width = kernel.size

    def reads(y: int, x: int) -> Iterator[tuple[Cell | None, Cell]]:
        for i in range(height):
            for j in range(width):
                row, column = y + i - (height - 1) // 2, x + j - (width - 1) // 2
                is_inside = 0 <= row < len(image) and 0 <= column < len(image[0])
                yield ((row, column) if is_inside else None), (i, j)

    return [
        [weighted_sum(image, numbers, reads(y, x)) / divisor for x in range(len(image[0]))] for y in range(len(image))
    ]


def filtered_picture(kernel: Kernel, name: str) -> Picture:
    """An image before and after, side by side.

    Args:
        kernel: what it is filtered by.
        name: of the image, of :data:`IMAGES`.
    """
    image = IMAGES[name]
    before = [list(map(float, row)) for row in image.rows]
    after = filtered(kernel, image.rows)
    panels = [("before", before), ("after", after)]
    side = SIDE * _PIXEL

    def paint(root: Element) -> None:
        for place, (title, values) in enumerate(panels):
            left = _GAP + place * (side + _GAP)
            _paint_pixels(root, values, left, _GAP)
            add(root, "text", title, class_="name", x=left, y=_GAP + side + 18)
            add(root, "text", _range(values), class_="small", x=left, y=_GAP + side + 34)

    words = f"Before: {image.words}. After: {_range(after)}. Beyond the image are zeros."
    return Picture("A test image before and after", words, 2 * side + 3 * _GAP, side + _GAP + _WORDS, paint)


def _range(values: list[list[float]]) -> str:
    low, high = min(map(min, values)), max(map(max, values))
    scale = "; 0 is grey" if low < 0 else f"; {high:.6g} is white" if high > WHITE else ""
    return f"{low:.6g} to {high:.6g}{scale}"


def _paint_pixels(root: Element, values: list[list[float]], left: int, top: int) -> None:
    """Equal pixels of a row are one rectangle."""
    zero, factor = grey_scale(min(map(min, values)), max(map(max, values)))
    side = SIDE * _PIXEL
    for y, row in enumerate(values):
        x = 0
        for shade, run in groupby(row, key=lambda value: round(min(max(zero + value * factor, 0), WHITE))):
            count = len(list(run))
            add(root, "rect", x=left + x * _PIXEL, y=top + y * _PIXEL, width=count * _PIXEL, height=_PIXEL,
                fill=f"#{shade:02x}{shade:02x}{shade:02x}", shape_rendering="crispEdges")  # fmt: skip
            x += count
    add(root, "rect", x=left, y=top, width=side, height=side, fill="none", stroke="var(--line)")
