"""A kernel: a small matrix of exact numbers that is moved over an image."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm
from operator import sub
from typing import final

from shapecalc.errors import SpecError

#: The most rows, and the most columns.
MAX_SIDE = 31

Rows = tuple[tuple[Fraction, ...], ...]


@final
@dataclass(frozen=True, slots=True)
class Kernel:
    """A matrix of exact numbers, used as torch uses one: moved over the image, not turned (cross-correlation).

    Attributes:
        rows: its numbers, row by row; all rows have the same length.
    """

    rows: Rows

    @classmethod
    def of(cls, rows: Sequence[Sequence[Fraction | int]]) -> Kernel:
        """The kernel of these numbers.

        Raises:
            SpecError: there is no number, a row is shorter than another, or a side is above 31.
        """
        if not rows or not rows[0]:
            raise SpecError("A kernel has at least one number.")
        widths = sorted({len(row) for row in rows})
        if len(widths) > 1:
            raise SpecError(f"The rows of a kernel are equally long; these have {widths[0]} and {widths[-1]} numbers.")
        if max(len(rows), widths[0]) > MAX_SIDE:
            raise SpecError(f"A kernel has at most {MAX_SIDE} rows and columns; this is {len(rows)}x{widths[0]}.")
        return cls(tuple(tuple(map(Fraction, row)) for row in rows))

    @property
    def size(self) -> tuple[int, int]:
        """Its height and width."""
        return len(self.rows), len(self.rows[0])

    @property
    def total(self) -> Fraction:
        """The sum of its numbers: what it makes of an image of ones."""
        return sum((sum(row, Fraction(0)) for row in self.rows), Fraction(0))

    @property
    def transposed(self) -> Kernel:
        """Rows and columns exchanged."""
        return Kernel(tuple(zip(*self.rows, strict=True)))

    @property
    def mirrored(self) -> Kernel:
        """Left and right exchanged."""
        return Kernel(tuple(row[::-1] for row in self.rows))

    @property
    def turned(self) -> Kernel:
        """Turned by half a turn: what a convolution in the mathematical sense moves over the image."""
        return Kernel(self.mirrored.rows[::-1])

    def sums(self, down: int, right: int) -> tuple[Fraction, ...]:
        """The sums of the numbers with the same ``down·row + right·column``, in rising order of that.

        ``sums(0, 1)`` are the sums of the columns, ``sums(1, 0)`` of the rows, ``sums(1, 1)`` and ``sums(-1, 1)`` of
        the diagonals. They are all that matters to an image that changes in this direction alone.
        """
        lines: dict[int, Fraction] = {}
        for y, row in enumerate(self.rows):
            for x, number in enumerate(row):
                line = down * y + right * x
                lines[line] = lines.get(line, Fraction(0)) + number
        return tuple(lines[line] for line in sorted(lines))

    def over(self, image: Kernel, *, padding: int = 0) -> Kernel:
        """What it makes of an image, as ``torch.nn.functional.conv2d`` with zeros around the image.

        Args:
            image: the numbers of an image of one channel.
            padding: the rows and columns of zeros on each side.

        Raises:
            SpecError: the padding is negative, or the kernel is larger than the padded image.
        """
        if not 0 <= padding <= MAX_SIDE:
            raise SpecError(f"The padding is from 0 to {MAX_SIDE}, not {padding}.")
        blank = Fraction(0)
        sides = (blank,) * padding
        line = (blank,) * (image.size[1] + 2 * padding)
        rows = (line,) * padding + tuple(sides + row + sides for row in image.rows) + (line,) * padding
        height, width = self.size
        if height > len(rows) or width > len(line):
            raise SpecError(f"A kernel of {height}x{width} does not fit into an image of {len(rows)}x{len(line)}.")
        return Kernel(
            tuple(
                tuple(self._at(rows, y, x) for x in range(len(line) - width + 1)) for y in range(len(rows) - height + 1)
            )
        )

    def _at(self, rows: Rows, y: int, x: int) -> Fraction:
        places = ((i, j) for i in range(self.size[0]) for j in range(self.size[1]))
        return sum((self.rows[i][j] * rows[y + i][x + j] for i, j in places), Fraction(0))

    def multiple_of(self, kernel: Kernel) -> Fraction | None:
        """The number that makes this kernel of another; None where no number other than 0 does."""
        if self.size != kernel.size:
            return None
        pairs = [
            (a, b)
            for row, other_row in zip(self.rows, kernel.rows, strict=True)
            for a, b in zip(row, other_row, strict=True)
        ]
        factor = next((a / b for a, b in pairs if b), None)
        return factor if factor and all(a == factor * b for a, b in pairs) else None

    def factors(self) -> tuple[tuple[Fraction, ...], tuple[Fraction, ...]] | None:
        """A column and a row of which it is the product, so that two one-dimensional kernels do the same.

        The column has whole numbers without a common divisor. None where there are no two, or all numbers are 0.
        """
        pivot = next((row for row in self.rows if any(row)), None)
        if pivot is None:
            return None
        place = next(x for x, number in enumerate(pivot) if number)
        column = _whole([row[place] / pivot[place] for row in self.rows])
        scale = next(number for number in column if number)
        line = tuple(number / scale for number in pivot)
        if any(
            number != a * b
            for row, a in zip(self.rows, column, strict=True)
            for number, b in zip(row, line, strict=True)
        ):
            return None
        return column, line

    def moment(self, down: int, right: int) -> Fraction:
        """What it makes of an image that rises evenly in this direction, by 1 per pixel, where the middle is 0."""
        height, width = self.size
        return sum(
            (
                number * (down * Fraction(2 * y - height + 1, 2) + right * Fraction(2 * x - width + 1, 2))
                for y, row in enumerate(self.rows)
                for x, number in enumerate(row)
            ),
            Fraction(0),
        )

    def times(self, factor: Fraction | int) -> Kernel:
        """Each number times a factor."""
        return Kernel(tuple(tuple(factor * number for number in row) for row in self.rows))

    def minus(self, kernel: Kernel) -> Kernel:
        """What it does less what another kernel of its size does."""
        pairs = zip(self.rows, kernel.rows, strict=True)
        return Kernel(tuple(tuple(map(sub, row, subtracted)) for row, subtracted in pairs))

    @property
    def divisor(self) -> int:
        """The smallest number above 0 with which all numbers become whole."""
        return lcm(*(number.denominator for row in self.rows for number in row))

    def plain(self) -> list[list[int | str]]:
        """Its numbers for JSON: whole ones as such, others as fractions in text."""
        return [list(map(plain_number, row)) for row in self.rows]

    def __str__(self) -> str:
        return "[" + ", ".join("[" + ", ".join(map(str, row)) + "]" for row in self.rows) + "]"


def plain_number(number: Fraction) -> int | str:
    """An exact number for JSON: a whole one as such, another as a fraction in text."""
    return int(number) if number.denominator == 1 else str(number)


def _whole(numbers: Sequence[Fraction]) -> tuple[Fraction, ...]:
    """Numbers times the factor that makes them whole, without a common divisor."""
    scale = Fraction(lcm(*(number.denominator for number in numbers)), gcd(*(number.numerator for number in numbers)))
    return tuple(number * scale for number in numbers)
