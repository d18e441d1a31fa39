"""Simulated students: whoever makes a mistake is told so, and whoever is right is told nothing."""

from __future__ import annotations

import pickle
import random
from fractions import Fraction
from itertools import islice

import pytest

import shapecalc
from shapecalc.errors import SpecError
from shapecalc.grading.mistakes.registry import MISTAKES
from shapecalc.grading.quiz.question import model_answer
from shapecalc.grading.quiz.target import MEASURES, Target
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


#: Nets of every kind: with branches, several axes, time, letters, and layers that move axes.
NETS = [
    ("Conv2d(3, 4, 3) MaxPool2d(2)", "3xHxW"),
    ("MultiheadAttention(64, 4)", "10x64"),
    ("GRU(4, 5, num_layers=2, bidirectional=True)", "7x4"),
    ("Conv3d(2, 3, 3)", "2x9x9x9"),
    ("Conv1d(2, 3, 3) BatchNorm1d(3) Linear(8, 4)", "2x10"),
    ("PixelShuffle(2) Unfold(3)", "8x5x5"),
    ("Upsample(scale_factor=2) Conv2d(3, 4, 3, padding='tf_same', stride=2)", "3x9x9"),
    ("AdaptiveAvgPool2d((3, 5)) Flatten Linear(45, 3)", "3x9x11"),
    ("zoo:two_blocks", ()),
]


@pytest.mark.parametrize(("spec", "shape"), NETS)
def test_every_net_and_measure(spec, shape):
    """Whatever may be asked of a net, a wrong answer is explained or not, and nothing is raised."""
    report = shapecalc.measure(shapecalc.parse(spec, input_shape=shape))
    draw = random.Random(spec)  # noqa: S311  it draws measures
    for measure in draw.sample(sorted(MEASURES), cases(7, deep=len(MEASURES))):
        try:
            model = model_answer(Target(measure), report)
        except SpecError:  # there is no such number
            continue
        copy = pickle.loads(pickle.dumps(model))  # noqa: S301  our own bytes, as another process gets them
        wrong = (*model.key, 7) if isinstance(model.key, tuple) else model.key + 7
        assert isinstance(copy.diagnoses.explain(wrong), tuple)


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
