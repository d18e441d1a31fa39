"""Effects that the sum of a kernel's numbers decides, or their balance about the middle: on plain areas and slopes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import partial

from shapecalc.kernels.effect import Effect, Evidence, add_effects
from shapecalc.kernels.kernel import Kernel

#: The smallest side of an image that shows what becomes of a constant.
_SIDE = 3


def constant_evidence(kernel: Kernel, holds: Callable[[Fraction], bool]) -> Evidence:
    """Whether what the kernel makes of a constant image of 1, the sum of its numbers, is as it should be."""
    total = kernel.total
    size = (max(kernel.size[0], _SIDE), max(kernel.size[1], _SIDE))
    image = Kernel.of([[1] * size[1]] * size[0])
    return Evidence(holds(total), f"a constant image of 1 becomes {total}, the sum of the numbers", image)


def _slopes(kernel: Kernel, total: int) -> Evidence:
    """Whether a constant image becomes ``total`` times itself, and so does every even slope."""
    constant = constant_evidence(kernel, lambda value: value == total)
    right, down = kernel.moment(0, 1), kernel.moment(1, 0)
    moved = f"a slope of 1 per pixel adds {right} to the right and {down} downwards"
    return Evidence(bool(constant.holds) and right == down == 0, f"{constant.because}; {moved}", constant.image)


def _average(kernel: Kernel) -> Evidence:
    negative = next((number for row in kernel.rows for number in row if number < 0), None)
    if negative is not None:
        return Evidence(False, f"{negative} is negative; the weights of an average are not")
    if sum(number != 0 for row in kernel.rows for number in row) < 2:
        return Evidence(False, "an average takes two pixels or more")
    return constant_evidence(kernel, lambda total: total == 1)


def _equal_average(kernel: Kernel) -> Evidence:
    numbers = {number for row in kernel.rows for number in row}
    if len(numbers) > 1:
        return Evidence(False, f"{min(numbers)} and {max(numbers)} are different weights")
    return _average(kernel)


def _of_totals() -> Iterator[Effect]:
    rules: list[tuple[str, str, Callable[[Fraction], bool]]] = [
        ("leaves-a-constant-unchanged", "the sum of the numbers is 1", lambda total: total == 1),
        ("removes-a-constant", "the sum of the numbers is 0", lambda total: total == 0),
        ("brightens", "the sum of the numbers is above 1", lambda total: total > 1),
        ("darkens", "the sum of the numbers is between 0 and 1", lambda total: 0 < total < 1),
    ]
    for name, meaning, holds in rules:
        words = name.replace("-", " ").replace("a constant", "a constant image")
        yield Effect(name, words, meaning, partial(constant_evidence, holds=holds))


add_effects(
    *_of_totals(),
    Effect(
        "leaves-slopes-unchanged",
        "leaves even slopes unchanged",
        "the sum of the numbers is 1, and they are balanced about the middle in both directions",
        partial(_slopes, total=1),
    ),
    Effect(
        "removes-slopes",
        "removes even slopes",
        "the sum of the numbers is 0, and they are balanced about the middle in both directions",
        partial(_slopes, total=0),
    ),
    Effect("averages", "averages", "no number is negative, two or more are not 0, and their sum is 1", _average),
    Effect("averages-equally", "averages with equal weights", "as averages, and all numbers are equal", _equal_average),
)
