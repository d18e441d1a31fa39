"""What a kernel can be said to do to an image, each effect decided exactly and with its evidence.

An effect is a claim about every image, decided from the kernel's numbers: what it makes of a constant image is its
sum, and what it makes of an edge depends on the sums along the edge alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Any, final

from shapecalc.kernels.frequencies import FREQUENCIES, autocorrelation, gain
from shapecalc.kernels.kernel import Kernel
from shapecalc.kernels.steps import FALLING, HORIZONTAL, RISING, STEPS, VERTICAL, EdgeStep


@final
@dataclass(frozen=True, slots=True)
class Evidence:
    """Whether a kernel has an effect, and what shows it.

    Attributes:
        holds: whether it has it; None where neither a proof nor a counter-example is at hand.
        because: what shows it, with the numbers.
        image: an image that shows it; None where the numbers alone do.
    """

    holds: bool | None
    because: str
    image: Kernel | None = None


@final
@dataclass(frozen=True, slots=True)
class Effect:
    """One thing that a kernel can do.

    Attributes:
        name: its name in files: detects-vertical-edges.
        words: what a kernel that has it does, after "it": detects vertical edges.
        meaning: the effect in exact terms.
        decide: the rule.
    """

    name: str
    words: str
    meaning: str
    decide: Callable[[Kernel], Evidence]

    def __reduce__(self) -> tuple[Any, ...]:
        """By its name where it has one, so that its rule, which may be a lambda, is not pickled."""
        if EFFECTS.get(self.name) == self:
            return _named, (self.name,)
        return Effect, (self.name, self.words, self.meaning, self.decide)


def _named(name: str) -> Effect:
    return EFFECTS[name]


def _constant(kernel: Kernel, holds: Callable[[Fraction], bool]) -> Evidence:
    total = kernel.total
    size = (max(kernel.size[0], 3), max(kernel.size[1], 3))
    image = Kernel.of([[1] * size[1]] * size[0])
    return Evidence(holds(total), f"a constant image of 1 becomes {total}, the sum of the numbers", image)


def _responds(kernel: Kernel, step: EdgeStep) -> Evidence:
    """Whether an edge shows, where a constant image is removed."""
    constant = _constant(kernel, lambda total: total == 0)
    if not constant.holds:
        return Evidence(False, f"{constant.because}, so that a plain area shows as well", constant.image)
    image = step.image((kernel.size[0] + 2, kernel.size[1] + 2))
    peak = max(step.responses(kernel), key=abs)
    answer = f"gives up to {peak}" if peak else "gives 0 everywhere"
    return Evidence(peak != 0, f"{step.words}, {answer}", image)


def _detects(kernel: Kernel, step: EdgeStep, silent: EdgeStep) -> Evidence:
    """Whether an edge shows and the edge across it does not."""
    evidence = _responds(kernel, step)
    if not evidence.holds:
        return evidence
    across = _responds(kernel, silent)
    if across.holds:
        return Evidence(False, f"{across.because}: it detects that as well", across.image)
    return evidence


def _detects_all(kernel: Kernel, steps: Iterable[EdgeStep]) -> Evidence:
    evidence = [_responds(kernel, step) for step in steps]
    return next((answer for answer in evidence if not answer.holds), evidence[0])


def _lines(kernel: Kernel, step: EdgeStep, silent: EdgeStep) -> Evidence:
    """Whether a line one pixel wide shows more than an edge in its direction."""
    evidence = _detects(kernel, step, silent)
    if not evidence.holds:
        return evidence
    line = max(map(abs, kernel.sums(step.down, step.right)))
    edge = max(map(abs, step.responses(kernel)))
    return Evidence(line > edge, f"a {step.name} line one pixel wide gives up to {line}, an edge up to {edge}")


def _average(kernel: Kernel) -> Evidence:
    negative = next((number for row in kernel.rows for number in row if number < 0), None)
    if negative is not None:
        return Evidence(False, f"{negative} is negative; the weights of an average are not")
    if sum(number != 0 for row in kernel.rows for number in row) < 2:
        return Evidence(False, "an average takes two pixels or more")
    return _constant(kernel, lambda total: total == 1)


def _equal_average(kernel: Kernel) -> Evidence:
    numbers = {number for row in kernel.rows for number in row}
    if len(numbers) > 1:
        return Evidence(False, f"{min(numbers)} and {max(numbers)} are different weights")
    return _average(kernel)


def _sharpens(kernel: Kernel) -> Evidence:
    constant = _constant(kernel, lambda total: total == 1)
    if not constant.holds:
        return constant
    for step in (VERTICAL, HORIZONTAL):
        responses = step.responses(kernel)
        low, high = min(responses), max(responses)
        if low >= 0 or high <= 1:
            return Evidence(
                False,
                f"{step.words}, from 0 to 1, gives {low} to {high}: it is not exaggerated on both sides",
                step.image((kernel.size[0] + 2, kernel.size[1] + 2)),
            )
    return Evidence(True, f"an edge from 0 to 1 becomes one from {low} to {high}")


def _low_pass(kernel: Kernel) -> Evidence:
    """Whether no stripes pass more strongly than a constant image, and some less.

    Proof: the autocorrelation has no negative number away from its middle. Counter-example: stripes that pass more.
    """
    constant = kernel.total**2
    gains = {frequency: gain(kernel, *frequency) for frequency in FREQUENCIES}
    frequency = max(gains, key=lambda place: gains[place])
    if gains[frequency] > constant:
        words = _stripes(frequency)
        return Evidence(
            False, f"{words} pass more strongly than a constant image: {gains[frequency]} against {constant}, squared"
        )
    if not any(value < constant for value in gains.values()):
        return Evidence(False, "all stripes pass as a constant image does")
    if min(autocorrelation(kernel).values()) >= 0:
        return Evidence(True, "no stripes pass more strongly than a constant image")
    return Evidence(None, "the stripes that were tried pass less than a constant image; that all do is not proved")


def _high_pass(kernel: Kernel) -> Evidence:
    constant = _constant(kernel, lambda total: total == 0)
    if constant.holds and not any(number for row in kernel.rows for number in row):
        return Evidence(False, "every image becomes 0")
    return constant


def _stripes(frequency: tuple[int, int, int]) -> str:
    period, down, right = frequency
    parts = [f"{Fraction(number, period)} per pixel {axis}" for number, axis in ((down, "down"), (right, "right"))]
    return "stripes of frequency " + " and ".join(parts)


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


def _equals(kernel: Kernel, image_of: Callable[[Kernel], Kernel], words: str) -> Evidence:
    return Evidence(image_of(kernel) == kernel, words)


_ACROSS = {VERTICAL: HORIZONTAL, HORIZONTAL: VERTICAL, RISING: FALLING, FALLING: RISING}


def _edges() -> Iterable[Effect]:
    names = {VERTICAL: "vertical", HORIZONTAL: "horizontal", RISING: "rising-diagonal", FALLING: "falling-diagonal"}
    for step, name in names.items():
        words = name.replace("-", " ")
        across = names[_ACROSS[step]].replace("-", " ")
        yield Effect(
            f"detects-{name}-edges",
            f"detects {words} edges",
            f"plain areas and {across} edges give 0, {words} edges do not",
            partial(_detects, step=step, silent=_ACROSS[step]),
        )
        yield Effect(
            f"responds-to-{name}-edges",
            f"responds to {words} edges",
            f"plain areas give 0, {words} edges do not",
            partial(_responds, step=step),
        )
        yield Effect(
            f"detects-{name}-lines",
            f"detects {words} lines",
            f"as detects-{name}-edges, and a line one pixel wide gives more than an edge",
            partial(_lines, step=step, silent=_ACROSS[step]),
        )


def _constants() -> Iterable[Effect]:
    rules: list[tuple[str, str, Callable[[Fraction], bool]]] = [
        ("leaves-a-constant-unchanged", "the sum of the numbers is 1", lambda total: total == 1),
        ("removes-a-constant", "the sum of the numbers is 0", lambda total: total == 0),
        ("brightens", "the sum of the numbers is above 1", lambda total: total > 1),
        ("darkens", "the sum of the numbers is between 0 and 1", lambda total: 0 < total < 1),
    ]
    for name, meaning, holds in rules:
        words = name.replace("-", " ").replace("a constant", "a constant image")
        yield Effect(name, words, meaning, partial(_constant, holds=holds))


#: Effects that are neither of an edge nor of a constant image alone.
_OTHERS = (
    Effect(
        "detects-edges",
        "detects edges in every direction",
        "plain areas give 0; vertical, horizontal and diagonal edges do not",
        partial(_detects_all, steps=STEPS),
    ),
    Effect("averages", "averages", "no number is negative, two or more are not 0, and their sum is 1", _average),
    Effect("averages-equally", "averages with equal weights", "as averages, and all numbers are equal", _equal_average),
    Effect(
        "sharpens",
        "sharpens",
        "a constant image is unchanged; a vertical and a horizontal edge from 0 to 1 go below 0 and above 1",
        _sharpens,
    ),
    Effect("low-pass", "is a low-pass filter", "no stripes pass more strongly than a constant image", _low_pass),
    Effect("high-pass", "is a high-pass filter", "a constant image gives 0, and not every image does", _high_pass),
    Effect("identity", "leaves every image unchanged", "a 1 in the middle, and else zeros", _identity),
    Effect("shifts", "shifts the image", "a single 1 beside the middle, and else zeros", _shift),
    Effect(
        "separable",
        "is separable",
        "it is a column of numbers times a row of numbers",
        lambda kernel: Evidence(kernel.is_separable, "a separable kernel has rows that are multiples of each other"),
    ),
    Effect(
        "symmetric-left-right",
        "is symmetric, left and right",
        "it equals its mirror image, left and right exchanged",
        partial(_equals, image_of=lambda kernel: kernel.mirrored, words="each row reads the same from both ends"),
    ),
    Effect(
        "symmetric-top-bottom",
        "is symmetric, top and bottom",
        "it equals its mirror image, top and bottom exchanged",
        partial(_equals, image_of=lambda kernel: kernel.turned.mirrored, words="the rows read the same from both ends"),
    ),
)

#: Every effect by its name.
EFFECTS = {effect.name: effect for effect in (*_edges(), *_constants(), *_OTHERS)}
