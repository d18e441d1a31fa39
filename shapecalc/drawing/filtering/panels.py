"""A picture of stages side by side, each in a frame of one size, with its name, its size and its numbers below."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from shapecalc.drawing.filtering.stages import Stage
from shapecalc.drawing.shading import WHITE, grey_scale
from shapecalc.layers import shape_text
from shapecalc.page import visible

#: The side of a frame for the image in it, at least and at most; the space around it, and the most in a row.
_LEAST, _MOST, _GAP, _PER_ROW = 256, 512, 16, 4
#: The size of letters, and the height of a line of them.
_LETTERS, _LINE = 15, 20
_INK, _QUIET, _PAPER, _EDGE = (20, 20, 20), (95, 95, 95), (255, 255, 255), (190, 190, 190)


def draw_stages(stages: Sequence[Stage]) -> bytes:
    """The stages as a PNG; the same stages give the same bytes.

    Numbers from 0 to 255 are shown as they are. Where some are higher, the highest is white and 0 black; where some are
    below 0, that is grey, and the number farthest from it black or white.

    Args:
        stages: each with one or three channels.
    """
    side = min(max(_LEAST, *(max(stage.shape[1:]) for stage in stages)), _MOST)
    images = [_fitted(shades(stage.values), side) for stage in stages]
    tallest = max(image.height for image in images)
    rows = -(-len(stages) // _PER_ROW)
    columns = -(-len(stages) // rows)
    width, height = side + _GAP, tallest + _GAP + len(_words(stages[0])) * _LINE
    picture = Image.new("RGB", (columns * width + _GAP, rows * height + _GAP), _PAPER)
    draw = ImageDraw.Draw(picture)
    for place, (stage, image) in enumerate(zip(stages, images, strict=True)):
        left, top = _GAP + place % columns * width, _GAP + place // columns * height
        x, y = left + (side - image.width) // 2, top + (tallest - image.height) // 2
        draw.rectangle([x - 1, y - 1, x + image.width, y + image.height], outline=_EDGE)
        picture.paste(image, (x, y))
        _label(draw, (left, top + tallest + 4), side, _words(stage))
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()


def shades(values: Any) -> Image.Image:
    """An image of numbers, one pixel for each, in grey or in colours."""
    zero, factor = grey_scale(float(values.min()), float(values.max()))
    pixels = np.rint(np.clip(zero + values * factor, 0, WHITE)).astype(np.uint8)
    return Image.fromarray(pixels[0] if len(pixels) == 1 else pixels.transpose(1, 2, 0)).convert("RGB")


def _fitted(image: Image.Image, side: int) -> Image.Image:
    """The image with each pixel as a square of several, or reduced where it is larger than its frame."""
    longest = max(image.size)
    if longest <= side:
        return image.resize([length * (side // longest) for length in image.size], Image.Resampling.NEAREST)
    width, height = (max(length * side // longest, 1) for length in image.size)
    return image.resize((width, height), Image.Resampling.BOX)


def _words(stage: Stage) -> tuple[str, str, str]:
    low, high = stage.extremes
    scale = "; 0 is grey" if low < 0 else f"; {high:.6g} is white" if high > WHITE else ""
    return visible(stage.name), shape_text(stage.shape), f"{low:.6g} to {high:.6g}{scale}"


def _label(draw: ImageDraw.ImageDraw, corner: tuple[int, int], width: int, lines: Sequence[str]) -> None:
    font = ImageFont.load_default(_LETTERS)
    for place, line in enumerate(lines):
        text = line
        while len(text) > 1 and draw.textlength(text, font) > width:
            text = f"{text.removesuffix('...')[:-1]}..."
        draw.text((corner[0], corner[1] + place * _LINE), text, font=font, fill=_QUIET if place else _INK)
