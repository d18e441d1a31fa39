"""How strongly a kernel passes stripes of different widths: its frequency response, where that is a rational number."""

from __future__ import annotations

from fractions import Fraction

from shapecalc.kernels.kernel import Kernel

#: For stripes of each period: the cosines at the places of the period, the sines there in units of the root of the last
#: number, and that number. With these periods the square of a response is rational.
_WAVES: dict[int, tuple[tuple[Fraction, ...], tuple[Fraction, ...], int]] = {
    4: (tuple(map(Fraction, (1, 0, -1, 0))), tuple(map(Fraction, (0, 1, 0, -1))), 1),
    6: (
        tuple(Fraction(number, 2) for number in (2, 1, -1, -2, -1, 1)),
        tuple(Fraction(number, 2) for number in (0, 1, 1, 0, -1, -1)),
        3,
    ),
}
#: The frequencies at which the response is compared, down and right, each in turns of a period.
FREQUENCIES = tuple(
    (period, down, right) for period in _WAVES for down in range(period) for right in range(period) if down or right
)


def gain(kernel: Kernel, period: int, down: int, right: int) -> Fraction:
    """The square of how strongly stripes pass: of their height after the kernel over their height before it.

    Args:
        kernel: what the image of stripes goes through.
        period: 4 or 6; the stripes repeat after it.
        down: how often they repeat within a period, from row to row.
        right: the same from column to column; where both are 0, the image is constant.
    """
    cosines, sines, root = _WAVES[period]
    real = imaginary = Fraction(0)
    for y, row in enumerate(kernel.rows):
        for x, number in enumerate(row):
            place = (down * y + right * x) % period
            real += number * cosines[place]
            imaginary += number * sines[place]
    return real * real + root * imaginary * imaginary


def autocorrelation(kernel: Kernel) -> dict[tuple[int, int], Fraction]:
    """The sum of the products of all pairs of numbers that lie so far apart, for each distance down and right.

    The square of the response is the cosine series of these numbers, so their signs bound it at every frequency.
    """
    height, width = kernel.size
    numbers = [(y, x, kernel.rows[y][x]) for y in range(height) for x in range(width) if kernel.rows[y][x]]
    products: dict[tuple[int, int], Fraction] = {}
    for y, x, number in numbers:
        for v, u, factor in numbers:
            products[v - y, u - x] = products.get((v - y, u - x), Fraction(0)) + number * factor
    return products
