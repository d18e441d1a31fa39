"""Nets that are trained for a grade: the same result each time, and no error that is a net's fault."""

from __future__ import annotations

from fractions import Fraction

import pytest
import torch

from shapecalc import ShapecalcError, parse
from shapecalc.grading.training import TrainingTask, digest
from shapecalc.pytorch.training.grading import train_for_grade

TASK = TrainingTask("digits", 30, 1, Fraction(9, 10))


def test_a_training_for_a_grade_comes_out_again():
    """The same samples are right, in one thread; the record says where and with what."""
    net = parse("Flatten() Linear(64, 10)", input_shape="1x8x8")
    threads = torch.get_num_threads()
    trained, again = train_for_grade(net, TASK), train_for_grade(net, TASK)
    assert trained == again
    assert trained.net == digest(net, TASK)
    assert (trained.tested, trained.refusal, torch.get_num_threads()) == (360, "", threads)
    assert trained.accuracy > TASK.chance
    assert trained.versions["torch"] == torch.__version__
    assert trained.processor


def test_each_training_is_in_one_thread(monkeypatch):
    """Sums depend on how they are shared out."""

    def refuse(*_, **__):
        raise ShapecalcError(f"{torch.get_num_threads()} threads")

    monkeypatch.setattr("shapecalc.pytorch.training.grading.train", refuse)
    assert train_for_grade(parse("Flatten() Linear(64, 10)", input_shape="1x8x8"), TASK).refusal == "1 threads"


@pytest.mark.parametrize(
    ("spec", "refusal"),
    [("Flatten() Linear(64, 10) Softmax(1)", "leave softmax1 out"), ("Flatten() Linear(64, 9)", "ends in 9")],
)
def test_a_net_that_cannot_be_trained_is_said_to_be_so(spec, refusal):
    """The reason is that of a training."""
    trained = train_for_grade(parse(spec, input_shape="1x8x8"), TASK)
    assert trained.right == 0
    assert refusal in trained.refusal
