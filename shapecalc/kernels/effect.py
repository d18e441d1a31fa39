"""What a kernel can be said to do to an image: an effect, and the evidence that a kernel has it or not.

An effect is a claim about every image, decided from the kernel's numbers: what it makes of a constant image is its
sum, and what it makes of an edge depends on the sums along the edge alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, final

from shapecalc.kernels.kernel import Kernel


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


#: Every effect by its name, in the order in which they are listed; the modules of the effects fill it.
EFFECTS: dict[str, Effect] = {}


def add_effects(*effects: Effect) -> None:
    """Give effects to all who ask for them by name.

    Raises:
        ValueError: a name stands for an effect already.
    """
    for effect in effects:
        if effect.name in EFFECTS:
            raise ValueError(f"Two effects are called {effect.name}.")
        EFFECTS[effect.name] = effect
