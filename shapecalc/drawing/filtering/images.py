"""The images that are filtered: a person's own, and patterns that are drawn here."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from shapecalc.drawing.images import read_picture
from shapecalc.errors import SpecError, did_you_mean

#: The longest side of an image: of one's own that is larger it is scaled to this, of a pattern it is this.
LONGEST_SIDE, PATTERN_SIDE = 512, 128
#: The shortest and the longest that may be asked for.
MIN_SIDE, MAX_SIDE = 8, 1024
#: What the name of a pattern begins with.
_PATTERN = "test:"


def open_pixels(source: str, *, side: int | None = None, grey: bool = False) -> Any:
    """The pixels of an image.

    Args:
        source: the path of a file, or the name of a pattern, such as test:road.
        side: the length of its longest side in pixels; a larger image is scaled down to it, a smaller one stays as it
            is. By default 512, and 128 for a pattern.
        grey: whether colours become grey values.

    Warns:
        UserWarning: the image is scaled.

    Returns:
        float64 from 0 to 255, channels x height x width, with one channel or three.

    Raises:
        SpecError: the image cannot be read, there is no such pattern, or the side is out of bounds.
    """
    if side is not None and not MIN_SIDE <= side <= MAX_SIDE:
        raise SpecError(f"The longest side of an image is from {MIN_SIDE} to {MAX_SIDE} pixels, not {side}.")
    if source.startswith(_PATTERN):
        image = _pattern(source, side or PATTERN_SIDE)
        image = image.convert("L") if grey else image
    else:
        image = _scaled(read_picture(Path(source), grey=grey or None), side or LONGEST_SIDE)
    pixels = np.asarray(image, dtype=np.float64)
    return pixels[None] if pixels.ndim == 2 else pixels.transpose(2, 0, 1)


def _scaled(image: Image.Image, side: int) -> Image.Image:
    longest = max(image.size)
    if longest <= side:
        return image
    width, height = (max(round(length * side / longest), 1) for length in image.size)
    warnings.warn(
        f"The image has {image.height}x{image.width} pixels and is scaled to {height}x{width}; --size asks for another "
        f"size, up to {MAX_SIDE}.",
        stacklevel=3,
    )
    return image.resize((width, height), Image.Resampling.BOX)


def _pattern(source: str, side: int) -> Image.Image:
    name = source.removeprefix(_PATTERN).lower()
    if name not in PATTERNS:
        hint = did_you_mean(name, PATTERNS) or f"; there are {', '.join(_PATTERN + pattern for pattern in PATTERNS)}"
        raise SpecError(f"There is no test image {source[:40]}{hint}.")
    return PATTERNS[name](side)


def _x(side: int) -> Image.Image:
    """Two bright strokes that cross, on black."""
    rows, columns = np.indices((side, side))
    margin, stroke = side // 8, max(side // 12, 1)
    edge = side - 1 - margin
    inside = (rows >= margin) & (columns >= margin) & (rows <= edge) & (columns <= edge)
    strokes = (abs(rows - columns) < stroke) | (abs(rows + columns - side + 1) < stroke)
    return Image.fromarray(((inside & strokes) * 255).astype(np.uint8))


def _stripes(side: int) -> Image.Image:
    """Stripes, upright on the left and level on the right; in each quarter of the height half as wide as above."""
    rows, columns = np.indices((side, side))
    along = np.where(columns < side // 2, columns, rows)
    width = np.maximum(side // 8 >> rows * 4 // side, 1)
    return Image.fromarray((along // width % 2 * 255).astype(np.uint8))


def _checkerboard(side: int) -> Image.Image:
    """Eight by eight squares."""
    rows, columns = np.indices((side, side))
    return Image.fromarray(((rows * 8 // side + columns * 8 // side) % 2 * 255).astype(np.uint8))


def _square(side: int) -> Image.Image:
    """A bright square on dark grey: edges of both directions and four corners."""
    image = Image.new("L", (side, side), 40)
    ImageDraw.Draw(image).rectangle([side // 4, side // 4, side - side // 4 - 1, side - side // 4 - 1], fill=220)
    return image


def _road(side: int) -> Image.Image:
    """A road in colours that runs to the horizon, with a house, a tree and the sun."""
    height = side * 3 // 4
    image = Image.new("RGB", (side, height), (150, 195, 235))
    draw = ImageDraw.Draw(image)

    def at(*points: tuple[float, float]) -> list[tuple[int, int]]:
        return [(round(x * (side - 1)), round(y * (height - 1))) for x, y in points]

    draw.ellipse(at((0.76, 0.06), (0.88, 0.22)), fill=(250, 220, 90))
    draw.polygon(at((0, 0.5), (0.22, 0.22), (0.42, 0.5)), fill=(120, 130, 150))
    draw.polygon(at((0.28, 0.5), (0.5, 0.3), (0.72, 0.5)), fill=(140, 150, 165))
    draw.rectangle(at((0, 0.5), (1, 1)), fill=(105, 160, 85))
    draw.polygon(at((0.46, 0.5), (0.54, 0.5), (0.85, 1), (0.15, 1)), fill=(85, 85, 90))
    for near, far in ((1.0, 0.86), (0.78, 0.68), (0.63, 0.57)):
        widths = [(depth - 0.5) * 0.04 for depth in (near, far)]
        corners = [(0.5 - widths[0], near), (0.5 + widths[0], near), (0.5 + widths[1], far), (0.5 - widths[1], far)]
        draw.polygon(at(*corners), fill=(245, 245, 240))
    draw.rectangle(at((0.74, 0.44), (0.94, 0.68)), fill=(215, 190, 160))
    draw.polygon(at((0.71, 0.44), (0.84, 0.28), (0.97, 0.44)), fill=(165, 60, 50))
    draw.rectangle(at((0.81, 0.54), (0.87, 0.68)), fill=(95, 65, 45))
    draw.rectangle(at((0.10, 0.52), (0.13, 0.72)), fill=(95, 65, 45))
    draw.ellipse(at((0.03, 0.30), (0.20, 0.58)), fill=(55, 110, 55))
    return image


#: The patterns by name.
PATTERNS: dict[str, Callable[[int], Image.Image]] = {
    "x": _x,
    "stripes": _stripes,
    "checkerboard": _checkerboard,
    "square": _square,
    "road": _road,
}
