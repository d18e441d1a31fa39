"""Simulated students: whoever makes a mistake is told so, and whoever is right is told nothing."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import islice

from shapecalc.grading.mistakes.registry import MISTAKES
from tests.campaigns import cases
from tests.students import questions, rates, slips


def test_mistakes_are_named():
    """Nearly every mistake that is made is among those named, and most stand first."""
    counts = rates(cases(40, deep=1500), 7, 200)
    made, listed, first = (sum(count[key] for count in counts.values()) for key in ("made", "named", "first"))
    assert listed >= 0.98 * made
    assert first >= 0.5 * made


def test_right_answers_are_not_explained():
    """Neither a right number nor one that a mistake happens to give."""
    for table in islice(questions(3), cases(10, deep=200)):
        assert table.explain(table.key) == ()


def test_the_same_verdict_twice():
    """The same question and answer are always explained alike."""
    draw = random.Random(5)  # noqa: S311  it draws mistakes
    for table, again in islice(zip(questions(4), questions(4), strict=True), cases(5, deep=50)):
        for slip in slips(table, draw):
            assert table.explain(slip.value) == again.explain(slip.value)


def test_names_and_words():
    """Each mistake has a rank, words for the reference, and words for a student that begin a sentence."""
    for mistake in MISTAKES.values():
        assert mistake.what
        assert mistake.says[0].isupper()
        assert 1 <= mistake.rank <= 9
        assert Fraction(mistake.rank) > 0
