"""Edges, images that are dark on one side of a line and bright on the other, and corners of bright areas."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate, chain
from operator import add
from typing import final

from shapecalc.kernels.kernel import Kernel


@final
@dataclass(frozen=True, slots=True)
class EdgeStep:
    """An edge: an image of zeros on one side of a straight line and of ones on the other.

    Attributes:
        name: vertical, horizontal, rising or falling: how the line runs.
        direction: the same as an adjective of an edge: rising diagonal.
        down, right: the direction in which the image gets brighter; a pixel is 1 where ``down·row + right·column`` has
            reached the edge.
        words: the edge as a person calls it.
    """

    name: str
    direction: str
    down: int
    right: int
    words: str

    def responses(self, kernel: Kernel) -> tuple[Fraction, ...]:
        """All that the kernel makes of the image: dark side first, the edge moving through the kernel, bright side."""
        values = [Fraction(0)]
        for line in reversed(kernel.sums(self.down, self.right)):
            values.append(values[-1] + line)
        return tuple(values)

    def extremes(self, kernel: Kernel) -> tuple[Fraction, Fraction]:
        """The lowest and the highest of the responses."""
        responses = self.responses(kernel)
        return min(responses), max(responses)

    def around(self, kernel: Kernel) -> Kernel:
        """An image that is a little larger than a kernel, with the edge through its middle."""
        return self.image((kernel.size[0] + 2, kernel.size[1] + 2))

    def image(self, size: tuple[int, int]) -> Kernel:
        """The image, with the edge through its middle."""
        lines = [[self.down * y + self.right * x for x in range(size[1])] for y in range(size[0])]
        values = sorted({line for row in lines for line in row})
        edge = values[len(values) // 2]
        return Kernel.of([[int(line >= edge) for line in row] for row in lines])


VERTICAL = EdgeStep("vertical", "vertical", 0, 1, "a vertical edge, dark on the left and bright on the right")
HORIZONTAL = EdgeStep("horizontal", "horizontal", 1, 0, "a horizontal edge, dark above and bright below")
RISING = EdgeStep("rising", "rising diagonal", 1, 1, "an edge along the rising diagonal, dark above and bright below")
FALLING = EdgeStep(
    "falling", "falling diagonal", 1, -1, "an edge along the falling diagonal, dark above and bright below"
)
STEPS = (VERTICAL, HORIZONTAL, RISING, FALLING)
#: Each edge with the one across it.
ACROSS = {VERTICAL: HORIZONTAL, HORIZONTAL: VERTICAL, RISING: FALLING, FALLING: RISING}


@final
@dataclass(frozen=True, slots=True)
class Corner:
    """A corner: an image of ones in one quarter, and of zeros elsewhere.

    Attributes:
        below, right: in which half the quarter lies.
        words: the corner as a person calls it.
    """

    below: bool
    right: bool
    words: str

    def responses(self, kernel: Kernel) -> tuple[Fraction, ...]:
        """What the kernel makes of the image where it covers any part of the quarter: its sums over such parts."""
        rows = kernel.rows if self.below else kernel.rows[::-1]
        sums: list[tuple[Fraction, ...]] = []
        for row in reversed(rows):
            parts = tuple(accumulate(reversed(row) if self.right else row))
            sums.append(tuple(map(add, sums[-1], parts)) if sums else parts)
        return tuple(chain.from_iterable(sums))

    def around(self, kernel: Kernel) -> Kernel:
        """An image that is a little larger than a kernel, with the corner in its middle."""
        height, width = kernel.size[0] + 2, kernel.size[1] + 2
        rows = [int((y >= height // 2) == self.below) for y in range(height)]
        columns = [int((x >= width // 2) == self.right) for x in range(width)]
        return Kernel.of([[y * x for x in columns] for y in rows])


#: The corners of a bright area.
CORNERS = (
    Corner(True, True, "the top left corner of a bright area"),
    Corner(True, False, "the top right corner of a bright area"),
    Corner(False, True, "the bottom left corner of a bright area"),
    Corner(False, False, "the bottom right corner of a bright area"),
)
