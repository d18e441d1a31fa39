"""Gates: a single position that is stretched over a map and read with it, as squeeze and excitation does.

Through a gate every output sees the whole map. The local path leaves gates out: what an output sees through windows.
"""

from __future__ import annotations

from shapecalc.measures.field.state import State


def ungated(states: tuple[State, ...]) -> tuple[State, ...]:
    """The places that a layer reads position by position, without those that are stretched over the others."""
    return tuple([state for state in states if not any(_gates(state, opposite) for opposite in states)])


def _gates(gate: State, gated: State) -> bool:
    """Whether a place has one position, along some axis, for all of another that sees by position."""
    axes = zip(gate.counts, gate.layout.patterns, gated.layout.patterns, strict=False)  # a learned tensor has none
    return any(count == 1 and pattern.is_constant and not beside.is_constant for count, pattern, beside in axes)
