"""Every exercise is a question, and its published answer is right, however it is written."""

from __future__ import annotations

import pytest

from tests.grading.exercises import EXERCISES
from tests.grading.quizzes import mark, question

#: The exercises of which one is a question, or several where several numbers are asked for.
NUMBERS = range(1, 260, 3)


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.name)
def test_the_published_answer_is_right(exercise):
    """In five notations or more."""
    of = question(exercise.kind, exercise.net, exercise.shape, **exercise.keys)
    verdicts = {answer: str(mark(of, answer).verdict) for answer in exercise.answers}
    assert (set(verdicts.values()), len(verdicts) >= 5) == ({"right"}, True), (verdicts, of.answer.key_text)


def test_every_exercise_is_there():
    """Each by its number."""
    assert {int(exercise.name[:3]) for exercise in EXERCISES} == {*NUMBERS}
