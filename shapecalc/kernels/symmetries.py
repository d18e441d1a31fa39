"""Effects that the arrangement of a kernel's numbers shows: moving the image, symmetry, being a product."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import partial

from shapecalc.kernels.effect import Effect, Evidence, add_effects
from shapecalc.kernels.kernel import Kernel


def _identity(kernel: Kernel) -> Evidence:
    places = _places(kernel)
    height, width = kernel.size
    middle = [(height // 2, width // 2, Fraction(1))]
    holds = places == middle and bool(height % 2 and width % 2)
    return Evidence(holds, "an image is unchanged where the only number is a 1 in the middle")


def _shift(kernel: Kernel) -> Evidence:
    places = _places(kernel)
    if len(places) != 1 or places[0][2] != 1:
        return Evidence(False, "a shift has a single 1, and else zeros")
    y, x, _ = places[0]
    down, right = Fraction(kernel.size[0] - 1, 2) - y, Fraction(kernel.size[1] - 1, 2) - x
    return Evidence(bool(down or right), f"the image moves by {down} rows down and {right} columns right")


def _places(kernel: Kernel) -> list[tuple[int, int, Fraction]]:
    """The numbers that are not 0, with their places."""
    return [(y, x, number) for y, row in enumerate(kernel.rows) for x, number in enumerate(row) if number]


def _separable(kernel: Kernel) -> Evidence:
    factors = kernel.factors()
    if factors is None:
        return Evidence(False, "a separable kernel has rows that are multiples of each other")
    column, row = (", ".join(map(str, numbers)) for numbers in factors)
    return Evidence(True, f"it is the column {column} times the row {row}")


def _equals(kernel: Kernel, image_of: Callable[[Kernel], Kernel], sign: int, words: str) -> Evidence:
    return Evidence(image_of(kernel).times(sign) == kernel, words)


def _of_mirrors() -> Iterator[Effect]:
    """For each of the two mirror images, whether it is the kernel itself, or its negative."""
    mirrors: list[tuple[str, str, Callable[[Kernel], Kernel], str]] = [
        ("left-right", "left and right", lambda kernel: kernel.mirrored, "each row reads the same from both ends"),
        (
            "top-bottom",
            "top and bottom",
            lambda kernel: kernel.turned.mirrored,
            "the rows read the same from both ends",
        ),
    ]
    for sides, words, image_of, evidence in mirrors:
        yield Effect(
            f"symmetric-{sides}",
            f"is symmetric, {words}",
            f"it equals its mirror image, {words} exchanged",
            partial(_equals, image_of=image_of, sign=1, words=evidence),
        )
        yield Effect(
            f"antisymmetric-{sides}",
            f"is antisymmetric, {words}",
            f"it is the negative of its mirror image, {words} exchanged",
            partial(_equals, image_of=image_of, sign=-1, words=f"{evidence}, but for the sign"),
        )


add_effects(
    Effect("identity", "leaves every image unchanged", "a 1 in the middle, and else zeros", _identity),
    Effect("shifts", "shifts the image", "a single 1 beside the middle, and else zeros", _shift),
    Effect("separable", "is separable", "it is a column of numbers times a row of numbers", _separable),
    *_of_mirrors(),
)
