"""Amounts without a net: a number in a unit, explained by its unit or a factor alone."""

from __future__ import annotations

from collections.abc import Iterator

from shapecalc.algebra.edits import Number, simplest
from shapecalc.grading.mistakes.amount import FACTORS, scaling
from shapecalc.grading.mistakes.diagnosis import Diagnosis, scaled_words
from shapecalc.grading.mistakes.registry import MISTAKES
from shapecalc.grading.quiz.target import Measure


def explain_amount(key: Number, measure: Measure, least: Number, most: Number) -> tuple[Diagnosis, ...]:
    """The explanations of an amount by a unit or a factor, the most plausible first.

    Args:
        key: the right amount, in values or bytes.
        measure: what it is of: bytes, parameters, ...
        least: the least amount that somebody's answer stands for, who may have rounded it.
        most: the largest.
    """
    if least <= key <= most:
        return ()
    return tuple(sorted(_explanations(key, measure, least, most), key=lambda diagnosis: diagnosis.cost))


def _explanations(key: Number, measure: Measure, least: Number, most: Number) -> Iterator[Diagnosis]:
    for name, factors in FACTORS.items():
        mistake = MISTAKES[name]
        for place, factor in enumerate(factors):
            value = simplest(key * factor.factor)
            if measure in factor.measures and least <= value <= most:
                says = f"{mistake.says} {factor.words}".strip().rstrip(",")
                words = scaled_words(says, scaling(factor.factor), key, value)
                yield Diagnosis(((name, ""),), words, value, mistake.rank + place)
