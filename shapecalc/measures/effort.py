"""The work of measuring a net, counted in steps, so that the same net is always measured or always refused.

A step is about as much work as one operator of an expression takes. A layer whose sizes are numbers takes few; one in
letters takes as many as its expressions have operators, each time that it is another layer or reads another shape.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import final

from shapecalc.algebra import Int
from shapecalc.algebra.expr import count_nodes
from shapecalc.errors import ShapecalcError
from shapecalc.layers import Shape
from shapecalc.layers.core.interning import Interned
from shapecalc.measures.field.sliding import count_steps
from shapecalc.measures.field.state import State
from shapecalc.measures.layer import LayerMeasures

#: The most steps that the letters of one net take, and that its tables of receptive fields take.
MAX_LETTER_STEPS, MAX_FIELD_STEPS = 60_000, 1_000_000
#: The steps of a layer whose sizes are numbers, and those of one in letters besides its expressions.
_NUMBERS, _LETTERS = 8, 50
#: The entries of tables that are one step.
_ENTRIES = 5


@final
class Effort:
    """The steps that a net has taken so far.

    Attributes:
        letters: those of expressions.
        fields: entries of tables that were looked at to make others.
    """

    def __init__(self) -> None:
        self.letters = 0
        self.fields = 0
        self._measured: set[tuple[Interned, tuple[Shape, ...]]] = set()

    def enter(self, name: str, interned: Interned, measures: LayerMeasures) -> None:
        """Count a layer in letters; equal layers that read equal shapes are measured once.

        Raises:
            ShapecalcError: the letters take too many steps.
        """
        sizes: list[Int] = [*measures.output_shape, *[tensor.entries for tensor in measures.saves]]
        sizes += [] if measures.macs is None else [measures.macs]
        self.count_letters(name, (interned, measures.input_shapes), sizes)

    def count_letters(self, name: str, place: tuple[Interned, tuple[Shape, ...]], sizes: Iterable[Int]) -> None:
        """Count the work on a layer in letters, once for each place: the layer and the shapes that it reads.

        Raises:
            ShapecalcError: the letters take too many steps.
        """
        if place in self._measured:
            return
        self._measured.add(place)
        self.letters += _LETTERS + sum(map(count_nodes, sizes))
        if self.letters > MAX_LETTER_STEPS:
            raise ShapecalcError(
                f"{name}: the letters take more than {MAX_LETTER_STEPS:,} steps up to here; give numbers for some."
            )

    @property
    def has_letters(self) -> bool:
        """Whether there is a layer in letters."""
        return bool(self._measured)

    def steps(self, layers: int) -> int:
        """All steps of a net with so many layers."""
        return _NUMBERS * layers + self.letters + self.fields // _ENTRIES

    def read(self, name: str, measures: LayerMeasures, before: State, after: State) -> None:
        """Count the tables of fields behind a layer, made from those before it.

        Raises:
            ShapecalcError: the tables take too many steps.
        """
        for dim, inner, pattern in zip(before.layout.dims, before.layout.patterns, after.layout.patterns, strict=False):
            if len(pattern.low) > 1 and pattern != inner:
                slide = None if dim is None else measures.motion.slide(dim)
                self.fields += len(pattern.low) if slide is None else count_steps(inner, slide)
        if self.fields > MAX_FIELD_STEPS:
            raise ShapecalcError(f"{name}: the receptive fields take more than {MAX_FIELD_STEPS:,} steps up to here.")
