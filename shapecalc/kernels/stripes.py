"""Effects on stripes of different widths: what passes low and high frequencies."""

from __future__ import annotations

from fractions import Fraction

from shapecalc.kernels.effect import Effect, Evidence, add_effects
from shapecalc.kernels.frequencies import FREQUENCIES, autocorrelation, gain
from shapecalc.kernels.kernel import Kernel
from shapecalc.kernels.sums import constant_evidence


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
    constant = constant_evidence(kernel, lambda total: total == 0)
    if constant.holds and not any(number for row in kernel.rows for number in row):
        return Evidence(False, "every image becomes 0")
    return constant


def _stripes(frequency: tuple[int, int, int]) -> str:
    period, down, right = frequency
    parts = [f"{Fraction(number, period)} per pixel {axis}" for number, axis in ((down, "down"), (right, "right"))]
    return "stripes of frequency " + " and ".join(parts)


add_effects(
    Effect("low-pass", "is a low-pass filter", "no stripes pass more strongly than a constant image", _low_pass),
    Effect("high-pass", "is a high-pass filter", "a constant image gives 0, and not every image does", _high_pass),
)
