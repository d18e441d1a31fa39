"""Edges: images that are dark on one side of a line and bright on the other."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import final

from shapecalc.kernels.kernel import Kernel


@final
@dataclass(frozen=True, slots=True)
class EdgeStep:
    """An edge: an image of zeros on one side of a straight line and of ones on the other.

    Attributes:
        name: vertical, horizontal, rising or falling: how the line runs.
        down, right: the direction in which the image gets brighter; a pixel is 1 where ``down·row + right·column`` has
            reached the edge.
        words: the edge as a person calls it.
    """

    name: str
    down: int
    right: int
    words: str

    def responses(self, kernel: Kernel) -> tuple[Fraction, ...]:
        """All that the kernel makes of the image: dark side first, the edge moving through the kernel, bright side."""
        values = [Fraction(0)]
        for line in reversed(kernel.sums(self.down, self.right)):
            values.append(values[-1] + line)
        return tuple(values)

    def image(self, size: tuple[int, int]) -> Kernel:
        """The image, with the edge through its middle."""
        lines = [[self.down * y + self.right * x for x in range(size[1])] for y in range(size[0])]
        values = sorted({line for row in lines for line in row})
        edge = values[len(values) // 2]
        return Kernel.of([[int(line >= edge) for line in row] for row in lines])


VERTICAL = EdgeStep("vertical", 0, 1, "a vertical edge, dark on the left and bright on the right")
HORIZONTAL = EdgeStep("horizontal", 1, 0, "a horizontal edge, dark above and bright below")
RISING = EdgeStep("rising", 1, 1, "an edge along the rising diagonal, dark above and bright below")
FALLING = EdgeStep("falling", 1, -1, "an edge along the falling diagonal, dark above and bright below")
STEPS = (VERTICAL, HORIZONTAL, RISING, FALLING)
