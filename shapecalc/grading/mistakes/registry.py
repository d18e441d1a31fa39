"""All mistakes, the commonest first where an answer may come from several."""

from __future__ import annotations

from types import MappingProxyType

from shapecalc.grading.mistakes import (
    amount,
    biases,
    channels,
    counts,
    fields,
    kernels,
    padding,
    positions,
    question,
    sides,
    size,
    stride,
    transposed,
)
from shapecalc.grading.mistakes.mistake import Mistake

#: Every mistake by its name. A new one is an entry in the file of its family.
MISTAKES: MappingProxyType[str, Mistake] = MappingProxyType(
    {
        mistake.name: mistake
        for family in (
            size,
            padding,
            stride,
            kernels,
            sides,
            transposed,
            biases,
            counts,
            positions,
            channels,
            fields,
            question,
            amount,
        )
        for mistake in family.MISTAKES
    }
)
