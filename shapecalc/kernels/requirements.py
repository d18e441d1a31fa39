"""What a kernel can be asked to be, beside the named effects: of a size, the same as another, or without an effect."""

from __future__ import annotations

from enum import StrEnum
from functools import partial
from typing import assert_never

from shapecalc.kernels.effect import Effect, Evidence
from shapecalc.kernels.kernel import Kernel


class UpTo(StrEnum):
    """In what two kernels may differ that count as the same."""

    NOTHING = "nothing"
    SIGN = "sign"
    FACTOR = "factor"


def of_size(height: int, width: int) -> Effect:
    """The requirement to have this size."""
    words = f"is {height}x{width}"
    return Effect("size", words, words, partial(_has_size, size=(height, width)))


def _has_size(kernel: Kernel, size: tuple[int, int]) -> Evidence:
    return Evidence(kernel.size == size, f"it is {kernel.size[0]}x{kernel.size[1]}")


def same_as(model: Kernel, name: str = "", *, up_to: UpTo = UpTo.NOTHING) -> Effect:
    """The requirement to be the same as another kernel.

    Args:
        model: the other kernel.
        name: what it is called; its numbers, by default.
        up_to: in what the two may differ: in nothing, in the sign of all numbers, or by a factor other than 0.
    """
    words = f"is the same as {name or model}" + _WORDS[up_to]
    return Effect("same-as", words, words, partial(_is_same, model=model, up_to=up_to))


def _is_same(kernel: Kernel, model: Kernel, up_to: UpTo) -> Evidence:
    if kernel.size != model.size:
        sizes = [f"{size[0]}x{size[1]}" for size in (kernel.size, model.size)]
        return Evidence(False, f"it is {sizes[0]}, not {sizes[1]}")
    if kernel == model:
        return Evidence(True, "all numbers are the same")
    factor = kernel.multiple_of(model)
    if factor is None:
        return Evidence(False, _difference(kernel, model))
    return Evidence(_allows(up_to, factor == -1), f"it is {factor} times that")


_WORDS = {UpTo.NOTHING: "", UpTo.SIGN: ", the sign aside", UpTo.FACTOR: ", up to a factor"}


def _allows(up_to: UpTo, is_sign: bool) -> bool:
    match up_to:
        case UpTo.NOTHING:
            return False
        case UpTo.SIGN:
            return is_sign
        case UpTo.FACTOR:
            return True
        case _:
            assert_never(up_to)


def _difference(kernel: Kernel, model: Kernel) -> str:
    """Where two kernels of the same size, no multiples of each other, differ first."""
    places = ((y, x) for y in range(kernel.size[0]) for x in range(kernel.size[1]))
    y, x = next(place for place in places if kernel.rows[place[0]][place[1]] != model.rows[place[0]][place[1]])
    return f"row {y + 1}, column {x + 1} is {kernel.rows[y][x]}, not {model.rows[y][x]}, and no factor makes it so"


def lacking(effect: Effect) -> Effect:
    """The requirement not to have an effect."""
    words = f"lacks the effect {effect.name}"
    return Effect(f"not-{effect.name}", words, words, partial(_lacks, effect=effect))


def _lacks(kernel: Kernel, effect: Effect) -> Evidence:
    evidence = effect.decide(kernel)
    return Evidence(None if evidence.holds is None else not evidence.holds, evidence.because, evidence.image)
