"""Measuring a module: in eval mode, every sample once."""

from __future__ import annotations

import math

import pytest
import torch
from accelerate import Accelerator
from sklearn.metrics import average_precision_score
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy

from shapecalc.pytorch.training.measuring import Evaluator
from shapecalc.pytorch.training.objective import Objective
from shapecalc.pytorch.training.samples.labelled import Goal, InMemory, Samples
from shapecalc.pytorch.training.samples.normalisation import Normalisation, measure_normalisation
from shapecalc.pytorch.training.samples.opening import open_data


def evaluator(samples: Samples, batch_size: int = 90) -> Evaluator:
    """Measures without normalisation."""
    return Evaluator(
        Accelerator(), samples, Normalisation((0.0,), (1.0,)), Objective(samples.goal, 0.0, 0.3), batch_size
    )


def samples_of(goal: Goal, targets: torch.Tensor) -> Samples:
    """Samples whose values are drawn at random, 3 each, all of them in every part."""
    values = torch.randn(len(targets), 3, generator=torch.Generator().manual_seed(1))
    everywhere = tuple(range(len(targets)))
    return Samples("drawn", goal, InMemory(values), targets, ("a", "b", "c"), everywhere, everywhere, everywhere)


def test_measuring_is_in_eval_mode():
    """Every forward pass of an evaluation sees training switched off, whatever it was before."""
    modes = []
    model = nn.Sequential(nn.Flatten(), nn.Linear(64, 10))
    model.register_forward_hook(lambda module, *_: modes.append(module.training))
    digits = open_data("digits")
    evaluator(digits).measure(model.train(), digits.test)
    assert modes == [False] * 4


@pytest.mark.parametrize("batch_size", [1, 7, 359, 1000])
def test_every_sample_counts_once(batch_size):
    """A last batch that is smaller weighs no more than its samples; the confusion counts each sample."""
    digits = open_data("digits")
    torch.manual_seed(0)
    model = nn.Sequential(nn.Flatten(), nn.Linear(64, 10))
    scores = evaluator(digits, batch_size).measure(model, digits.test)
    with torch.no_grad():
        logits, labels = model(digits.inputs.read(digits.test)), digits.targets[list(digits.test)]
    assert scores.loss == pytest.approx(cross_entropy(logits, labels).item(), rel=1e-5)
    assert scores.score == pytest.approx((logits.argmax(1) == labels).double().mean().item())
    assert [sum(row) for row in scores.confusion] == labels.bincount().tolist()


def test_labels_have_their_average_precision():
    """As scikit-learn computes it, label by label; a label that no sample has counts as 0."""
    targets = (torch.rand(40, 3, generator=torch.Generator().manual_seed(2)) < 0.4).float()
    targets[:, 2] = 0
    samples = samples_of(Goal.LABELS, targets)
    scores = evaluator(samples).measure(nn.Identity(), samples.test)
    values = samples.inputs.read(samples.test)
    expected = [average_precision_score(targets[:, label], values[:, label]) for label in range(2)]
    assert scores.by_label == pytest.approx((*expected, 0.0))
    assert scores.loss == pytest.approx(binary_cross_entropy_with_logits(values, targets).item(), rel=1e-6)


def test_values_have_their_error():
    """The root of the mean square, in the units of the values."""
    samples = samples_of(Goal.VALUES, torch.zeros(40, 3))
    scores = evaluator(samples).measure(nn.Identity(), samples.test)
    values = samples.inputs.read(samples.test)
    assert scores.score == pytest.approx(values.square().mean().sqrt().item(), rel=1e-6)
    assert scores.loss == pytest.approx(scores.score**2)


def test_the_normalisation_is_that_of_the_training_samples():
    """Mean and spread of each channel; a channel that is always the same is not divided."""
    drawn = torch.randn(40, 3, generator=torch.Generator().manual_seed(1))
    drawn[:, 2] = 5
    drawn[30:, :2] = 1000
    half = Samples("half", Goal.VALUES, InMemory(drawn), torch.zeros(40, 3), (), tuple(range(30)), (30,), (31,))
    normalisation = measure_normalisation(half)
    values = drawn[:30]
    assert normalisation.mean == pytest.approx(values.mean(0).tolist(), rel=1e-5)
    assert normalisation.std == pytest.approx((*values.std(0, correction=0)[:2].tolist(), 1.0), rel=1e-5)
    assert normalisation(values)[:, 0].mean().item() == pytest.approx(0, abs=1e-6)
    assert math.isclose(normalisation(values)[:, 2].abs().max().item(), 0, abs_tol=1e-6)
