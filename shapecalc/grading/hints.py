"""Hints: the steps of a key's derivation one after the other, without the key."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from shapecalc.derivations import Derived
from shapecalc.derivations.steps import size_steps
from shapecalc.grading.effects.subject import subject_on_any
from shapecalc.grading.quiz.question import Question
from shapecalc.grading.quiz.steps import MAX_TERMS, ClaimVerdict, FieldGrowth, LayerSum, Step, sides
from shapecalc.layers.core.quantity import Quantity
from shapecalc.net import Net


def hint_parts(question: Question) -> list[str]:
    """The derivation of a question's key in parts, each a formula and then its numbers, without the result.

    Where any value for the blank of a layer is right that does something, the formulas of the layer's sizes.
    """
    if question.blank:
        return list(dict.fromkeys(_size_formulas(question.key.net)))
    if question.kind == "formula":
        return []  # every formula of the derivation is the key
    parts: list[str] = []
    letter = ""
    for place, step in enumerate(question.steps):
        if isinstance(step, ClaimVerdict):
            letter = f"{step.letter}) "
            continue
        is_last = bool(letter) or place == len(question.steps) - 1
        parts += [letter + part for part in _parts(step, question, is_last=is_last)]
    return list(dict.fromkeys(parts))


def _size_formulas(net: Net) -> Iterator[str]:
    """The formula of each size of a layer's output, in letters."""
    for row in subject_on_any(net).report.rows[:MAX_TERMS]:
        for step in size_steps(row):
            if step.quantity is Quantity.SIZE:
                yield " = ".join(sides(step)[:2])


def _parts(step: Step, question: Question, *, is_last: bool) -> Iterator[str]:
    """The equation of a step, a side more in each part; the last step stops before its result."""
    heading, *rest = sides(step)
    match step:
        case LayerSum(total):
            yield from (" = ".join(sides(term)) for term in total.terms[:MAX_TERMS] if isinstance(term, Derived))
        case FieldGrowth(values=values) if not isinstance(question.key, tuple) or question.options:
            rest = []  # the last of the values is the key
            heading = sides(replace(step, values=values[:-1]))[0] if len(values) > 1 else ""
            is_last = not heading
        case _:
            pass
    if not rest and not is_last:
        yield heading
    for end in range(1, len(rest) + (not is_last)):
        yield " = ".join((heading, *rest[:end]))
