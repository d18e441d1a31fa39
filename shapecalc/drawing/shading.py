"""Shades: which grey a number of an image is shown in."""

from __future__ import annotations

#: The grey of 0, where there are numbers below it, and the brightest value of a pixel.
GREY, WHITE = 128, 255


def grey_scale(low: float, high: float) -> tuple[float, float]:
    """The shade of 0, and how much brighter a number is shown that is 1 higher.

    Args:
        low: the lowest number of the image; where it is below 0, that is grey, and the number farthest from it black or
            white.
        high: the highest; where it is above 255 and none is below 0, it is white.
    """
    if low < 0:
        return GREY, (WHITE - GREY) / max(-low, high)
    return 0, WHITE / high if high > WHITE else 1
