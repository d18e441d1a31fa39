"""Answers that are graded by training them: by a trainer that is handed in, within bounds, and kept as a fact."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest

from shapecalc import parse
from shapecalc.errors import SpecError
from shapecalc.grading import load_quiz, load_template
from shapecalc.grading.book import chunks
from shapecalc.grading.book.answers import answers_from
from shapecalc.grading.book.course import Course
from shapecalc.grading.book.database import open_book
from shapecalc.grading.book.marking import AS_WRITTEN, make_rule
from shapecalc.grading.book.outputs import GradedClass, Outputs
from shapecalc.grading.book.receipts import replay
from shapecalc.grading.book.regrading import regrade
from shapecalc.grading.inspection.trials import trial_remarks
from shapecalc.grading.judge import Verdict, judge
from shapecalc.grading.training import (
    RecordedTrainings,
    TrainedNet,
    TrainingTask,
    digest,
    recorded_trainings,
    supposed_training,
)
from shapecalc.net import Net

QUIZ = """
title: Train it
questions:
  - id: net
    kind: network
    text: Classify the digits.
    points: 4
    train: {data: digits, steps: 60, seed: 3, accuracy_at_least: 0.9}
    parameters: {at_most: 20000}
    rubric: {trained: 3, parameters: 1}
    example: Flatten() Linear(64, 32) ReLU() Linear(32, 10)
    tests: {right: "Flatten() Linear(64, 10)", wrong: ["Flatten() Linear(64, 11) Linear(11, 10)", Flatten()]}
"""
LINEAR = "Flatten() Linear(64, 10)"
LARGE = "Flatten() Linear(64, 2000) ReLU() Linear(2000, 10)"
DIGITS = TrainingTask("digits", 60, 3, Fraction(9, 10))


@pytest.fixture
def quiz(tmp_path) -> Path:
    file = tmp_path / "quiz.yaml"
    file.write_text(QUIZ, encoding="utf-8")
    return file


def outcome(net: Net, task: TrainingTask, right: int, refusal: str = "") -> TrainedNet:
    """What a trainer came to."""
    return TrainedNet(
        digest(net, task), task.data, task.seed, task.steps, right, 360, "abacus", {"beads": "7"}, refusal
    )


def trainer_of(right: int, calls: list | None = None):
    """A trainer whose nets all classify so many samples rightly."""

    def train(net, task):
        if calls is not None:
            calls.append((net, task))
        return outcome(net, task, right)

    return train


def good_trainer(net: Net, task: TrainingTask) -> TrainedNet:
    """A trainer that processes can be handed."""
    return outcome(net, task, 342)


def mark_of(quiz, answer, trainer):
    return judge(load_quiz(quiz).questions[0], answer, trainer)


@pytest.mark.parametrize(
    ("right", "points"),
    [(360, 4), (324, 4), (323, Fraction(397, 100)), (180, Fraction(5, 2)), (36, 0), (0, 0)],
)
def test_points_are_by_accuracy(quiz, right, points):
    """All from the threshold of 90 % on, none at the 10 % of a guess, and hundredths between them.

    A budget of parameters alone earns nothing: a layer that does nothing keeps it.
    """
    mark = mark_of(quiz, LINEAR, trainer_of(right))
    assert mark.points == points
    assert mark.verdict is (Verdict.RIGHT if points == 4 else Verdict.PARTLY if points else Verdict.WRONG)
    assert mark.as_dict()["trainings"][0]["right"] == right


def test_without_a_trainer_a_person_looks(quiz):
    """Nothing is wrong because it could not be tried."""
    mark = mark_of(quiz, LINEAR, None)
    assert (mark.verdict, mark.note) == (Verdict.LOOK_BY_HAND, "it has not been trained; look by hand")
    assert "trainings" not in mark.as_dict()


@pytest.mark.parametrize(
    ("answer", "points", "note"),
    [
        ("Flatten() Linear(64, 9)", 0, "yours gives 9; asked for 10, one number for each class"),
        ("Flatten() Linear(65, 10)", 0, "it refuses 1x8x8"),
        ("Flatten() Linear(64, 90000) Linear(90000, 10)", 0, "it has 6,750,010 parameters, and at most 5,000,000"),
    ],
)
def test_what_cannot_be_trained_is_not(quiz, answer, points, note):
    """What is wrong without training earns what else is right; what passes a bound is for a person."""
    calls: list = []
    mark = mark_of(quiz, answer, trainer_of(360, calls))
    assert (mark.points, calls) == (points, [])
    assert note in mark.note


def test_a_net_that_costs_too_much_is_not_trained():
    """The work of all steps is bounded before the first."""
    wide = parse("Conv2d(1, 512, 3, padding=1) Conv2d(512, 512, 3, padding=1) Flatten() Linear(32768, 10)")
    task = DIGITS._replace(steps=10_000)
    assert "MACs of the training, and at most 2,000,000,000,000 are trained" in task.excess(wide.with_input((1, 8, 8)))


def test_a_training_that_fails_is_for_a_person(quiz):
    """With the reason."""
    mark = mark_of(quiz, LINEAR, lambda net, task: outcome(net, task, 0, "The loss is no longer a number."))
    assert mark.verdict is Verdict.LOOK_BY_HAND
    assert mark.note == "it could not be trained: The loss is no longer a number. Look by hand."
    assert mark.trainings


def test_without_a_rubric_what_else_is_wrong_is_not_trained(quiz):
    """Only all together are worth something."""
    quiz.write_text(QUIZ.replace("    rubric: {trained: 3, parameters: 1}\n", ""), encoding="utf-8")
    calls: list = []
    assert mark_of(quiz, LARGE, trainer_of(360, calls)).points == 0
    assert calls == []
    assert mark_of(quiz, LINEAR, trainer_of(180)).points == 2


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("accuracy_at_least: 0.9", "accuracy_at_least: 0.1", "must be above that of a guess, 0.1"),
        ("data: digits", "data: shapes", "shapes is not known"),
        ("steps: 60", "steps: 10001", "steps: it must be at most 10,000, but is 10001"),
        ("    points: 4", "    points: 4\n    inputs: 1x9x9", "trained on digits has one input, 1x8x8"),
        ("ReLU() Linear(32, 10)", "ReLU() Linear(32, 9)", "The example is not right"),
    ],
)
def test_a_quiz_that_cannot_be_graded_so_is_refused(quiz, old, new, message):
    """With the numbers."""
    quiz.write_text(QUIZ.replace(old, new), encoding="utf-8")
    with pytest.raises(SpecError, match=message):
        load_quiz(quiz)


def test_lint_supposes_that_nets_learn(quiz):
    """It trains nothing: only test answers that are wrong for other reasons are contradicted."""
    assert [remark for remark in trial_remarks(load_quiz(quiz).questions) if remark[0] == "test-answer"] == []
    quiz.write_text(QUIZ.replace('right: "Flatten() Linear(64, 10)"', f'right: "{LARGE}"'), encoding="utf-8")
    assert "test-answer" in [code for code, _, _ in trial_remarks(load_quiz(quiz).questions)]


@pytest.mark.parametrize("workers", [1, 2])
def test_a_book_keeps_what_trainings_came_to(quiz, tmp_path, workers):
    """It is read, replayed and graded anew without another training; equal nets have the same record."""
    template = load_template(quiz)
    rows = "".join(f's{number},"{LINEAR}"\n' for number in range(9))
    answers = answers_from(f'student,net\nlarge,"{LARGE}"\n{rows}')
    counts: list[int] = []
    with open_book(str(tmp_path / "course.db")) as book:
        course = Course(book, template)
        course.grade(answers, AS_WRITTEN, workers=workers, progress=counts.append, trainer=good_trainer)
        results = list(course.results())
        assert [result.points for result in results] == [3] + 9 * [4]
        assert counts == [chunks.TRAINED_CHUNK, 2 * chunks.TRAINED_CHUNK, 10]
        GradedClass(course.papers, str(quiz), course.graded).write(Outputs((), None, tmp_path / "receipts", False))
        assert regrade(course).changes == ()
    receipts = sorted((tmp_path / "receipts").iterdir())
    assert len(receipts) == 10
    assert [replay(path, load_template, version="1").difference for path in receipts[:2]] == ["", ""]
    training = json.loads(receipts[1].read_text(encoding="utf-8"))["marks"][0]["trainings"][0]
    assert (training["processor"], training["versions"], training["right"]) == ("abacus", {"beads": "7"}, 342)
    again = replay(receipts[1], load_template, version="1", trainer=trainer_of(100))
    assert not again.is_same


def test_grading_anew_trains_what_was_not(quiz, tmp_path):
    """A class that was graded where nothing is trained gets its points later, and loses none by another run."""
    with open_book(str(tmp_path / "course.db")) as book:
        course = Course(book, load_template(quiz))
        course.grade(answers_from(f'student,net\nAda,"{LINEAR}"\n'), AS_WRITTEN)
        assert regrade(course, trainer=trainer_of(360)).changes[0].after == ("right", "4")
        calls: list = []
        assert regrade(course, trainer=trainer_of(0, calls)).changes == ()
        assert calls == []


def test_the_trainings_of_all_attempts_are_kept(quiz, tmp_path):
    """Which attempt counts depends on all of them."""
    quiz.write_text(QUIZ, encoding="utf-8")
    text = f'student,net\nAda,"{LINEAR}"\nAda,"{LARGE}"\n'
    with open_book(str(tmp_path / "course.db")) as book:
        course = Course(book, load_template(quiz))
        course.grade(answers_from(text), make_rule("best"), trainer=good_trainer)
        (graded,) = course.graded()
        assert len(graded.result.marks[0].trainings) == 2
        assert not graded.result.undecided


@pytest.mark.parametrize(
    "entry",
    [None, 3, [3], [{}], [{**supposed_training(parse(LINEAR, input_shape="1x8x8"), DIGITS).as_dict(), "right": 361}]],
)
def test_a_record_that_cannot_be_read_is_not_believed(entry):
    """Such as one with more right than there are."""
    assert recorded_trainings([{"trainings": entry}]) == []


def test_a_record_is_of_one_net_and_one_training():
    """Another seed is another training."""
    net = parse(LINEAR, input_shape="1x8x8")
    record = RecordedTrainings([outcome(net, DIGITS, 300)])
    assert record(net, DIGITS) == outcome(net, DIGITS, 300)
    assert record(net, DIGITS._replace(seed=4)) is None
    assert RecordedTrainings([], good_trainer)(net, DIGITS) == good_trainer(net, DIGITS)
