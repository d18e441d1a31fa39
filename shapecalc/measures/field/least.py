"""The fewest outputs that a place of a net has for legal inputs, where letters stand for their number."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from shapecalc.algebra import Int, normal
from shapecalc.algebra.memo import remember
from shapecalc.algebra.normal_form import collect_terms
from shapecalc.layers.core.motion import Motion

if TYPE_CHECKING:
    from shapecalc.measures.field.axis import Pattern
    from shapecalc.measures.field.state import State


def few(state: State, axis: int) -> str:
    """Why a field is only a bound, where there may be fewer outputs than its table has entries; "" where it is not."""
    pattern, count = state.layout.patterns[axis], state.counts[axis]
    if isinstance(count, int) or len(pattern.low) == 1 or pattern.bound or state.complete:
        return ""
    outputs = fewest(state, axis)
    if outputs >= len(pattern.low) or _alike(pattern, outputs):
        return ""
    return f"of fewer than {len(pattern.low)} outputs none may see as much"


def fewest(state: State, axis: int) -> int:
    """The fewest outputs along an axis that are proved for legal inputs; every map has at least one."""
    growth: list[tuple[int, int, int]] = []
    place = state
    while not isinstance(place.counts[axis], int) and place.motion is not None and len(place.read) == 1:
        (source,) = place.read
        step = _step(place.motion, source, axis, place.counts[axis])
        if step is None:
            break
        growth.append(step)
        place = source
    least = _smallest(place.counts[axis])
    for outputs, inputs, number in reversed(growth):
        least = max(1, -((-outputs * least - number) // inputs))
    return max(least, _smallest(state.counts[axis]))


def _smallest(count: Int) -> int:
    """The smallest positive number among the multiples of one number, moved by another, that a count always is."""
    if isinstance(count, int):
        return count
    terms = collect_terms(count)
    step = math.gcd(*[times for atoms, times in terms.items() if atoms])
    return (terms.get((), 0) - 1) % step + 1


def _step(motion: Motion, source: State, axis: int, count: Int) -> tuple[int, int, int] | None:
    """How outputs follow from inputs, as (a, b, c) of outputs = (a·inputs + c)/b; None where they do not."""
    before, dim = source.counts[axis], source.layout.dims[axis]
    slide = None if dim is None else motion.slide(dim)
    outputs, inputs = (1, 1) if slide is None else slide.cycle()
    if not isinstance(outputs, int) or not isinstance(inputs, int) or inputs < 1:
        return None
    number = normal(count * inputs - before * outputs)
    return (outputs, inputs, number) if isinstance(number, int) else None


@remember()
def _alike(pattern: Pattern, outputs: int) -> bool:
    """Whether the first outputs alone have the size and the start of all; then so has any larger number of them."""
    every = len(pattern.low)
    return (pattern.size(outputs), pattern.start(outputs)) == (pattern.size(every), pattern.start(every))
