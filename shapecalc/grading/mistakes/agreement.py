"""Several answers of one student: a mistake that explains two of them is likelier than one that explains one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from shapecalc.grading.mistakes.diagnosis import Diagnosis

#: How much more plausible a mistake is for each other answer that it explains as well.
_BONUS = 3


def decide(answers: Sequence[tuple[Diagnosis, ...]]) -> tuple[tuple[Diagnosis, ...], ...]:
    """The explanations of each answer, those first whose mistakes explain other answers of the student as well.

    Args:
        answers: the explanations of each wrong answer of a student.
    """
    counts = Counter(name for diagnoses in answers for name in {name for each in diagnoses for name, _ in each.edits})
    return tuple([_reordered(diagnoses, counts) for diagnoses in answers])


def _reordered(diagnoses: tuple[Diagnosis, ...], counts: Counter[str]) -> tuple[Diagnosis, ...]:
    if not any(counts[name] > 1 for each in diagnoses for name, _ in each.edits):
        return diagnoses
    weighed = [replace(each, cost=each.cost - _BONUS * _others(each, counts)) for each in diagnoses]
    return tuple(sorted(weighed, key=lambda each: (len(each.edits), each.cost)))


def _others(diagnosis: Diagnosis, counts: Counter[str]) -> int:
    """How many other answers each of its mistakes explains; the least of them."""
    return min(counts[name] - 1 for name, _ in diagnosis.edits)
