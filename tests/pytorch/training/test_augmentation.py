"""Augmentation: images for training alone are changed, by numbers that belong to the step."""

from __future__ import annotations

import sys
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn.functional import cross_entropy

import shapecalc
from shapecalc import ShapecalcError, SpecError
from shapecalc.pytorch.training.augmentation import CHANGES, make_augmentation, mix_up
from shapecalc.pytorch.training.loop import Fitting
from shapecalc.pytorch.training.objective import Objective
from shapecalc.pytorch.training.samples.labelled import Goal, InMemory, Samples
from shapecalc.pytorch.training.samples.splitting import split
from shapecalc.pytorch.training.settings import read_settings
from shapecalc.pytorch.training.trainer import resume, train
from tests.campaigns import examples
from tests.narrow import present
from tests.pytorch.training.test_resume import content, train_until

NET = "Flatten() LazyLinear(2)"


def images(height: int = 6, width: int = 8, channels: int = 3, goal: Goal = Goal.CLASS) -> Samples:
    """Forty random images of two classes, or of two labels, or with two values."""
    values = torch.randn(40, channels, height, width, generator=torch.Generator().manual_seed(0))
    data = split("noise", values, torch.arange(2).repeat(20))
    if goal is Goal.CLASS:
        return data
    targets = torch.eye(2)[data.targets]
    return Samples("noise", goal, data.inputs, targets, data.names, data.train, data.validation, data.test)


@pytest.mark.parametrize("name", CHANGES)
@examples(4, deep=100)
@given(height=st.integers(1, 12), width=st.integers(1, 12), channels=st.integers(1, 4))
def test_images_keep_their_size(name, height, width, channels):
    """Of every size, each change gives images of that size, and other ones."""
    data = images(height, width, channels)
    batch = data.inputs.read(range(40))
    torch.manual_seed(0)
    changed, _ = present(make_augmentation((name,), data))(batch, data.targets)
    assert (changed.shape, changed.dtype, changed.isfinite().all().item()) == (batch.shape, torch.float32, True)
    assert changed.shape[-1] == 1 or not torch.equal(changed, batch)


def test_a_seed_decides_the_changes():
    """Torch's own generator draws every number, so that a step's seed gives the same batch again."""
    data = images()
    augmentation = present(make_augmentation(CHANGES, data))
    batches = []
    for seed in (1, 1, 2):
        torch.manual_seed(seed)
        batches.append(augmentation(data.inputs.read(range(40)), data.targets))
    assert all(torch.equal(first, second) for first, second in zip(batches[0], batches[1], strict=True))
    assert not torch.equal(batches[0][0], batches[2][0])


def test_images_draw_their_own_numbers():
    """Some of a batch are flipped, and the others are not."""
    data = images()
    batch = data.inputs.read(range(40))
    torch.manual_seed(0)
    changed, targets = present(make_augmentation(("flip",), data))(batch, data.targets)
    flipped = [torch.equal(image, before.flip(-1)) for image, before in zip(changed, batch, strict=True)]
    same = [torch.equal(image, before) for image, before in zip(changed, batch, strict=True)]
    assert (sum(flipped) + sum(same), 0 < sum(flipped) < 40, torch.equal(targets, data.targets)) == (40, True, True)


def test_targets_are_mixed_as_their_images_are():
    """Where images are their targets, they still are after they are mixed; the shares of an image come to 1."""
    targets = torch.eye(4)[torch.arange(12) % 4]
    torch.manual_seed(0)
    inputs, mixed = mix_up(targets.reshape(12, 4, 1, 1), targets)
    torch.testing.assert_close(inputs.flatten(1), mixed)
    torch.testing.assert_close(mixed.sum(1), torch.ones(12))
    assert ((mixed > 0.01) & (mixed < 0.99)).any()


def test_the_loss_of_a_mixture_is_the_mixture_of_the_losses():
    """Cross entropy with shares of classes is the sum over classes of share times loss."""
    logits, shares = torch.randn(5, 3, generator=torch.Generator().manual_seed(1)), torch.tensor([0.2, 0.5, 0.3])
    losses = Objective(Goal.CLASS, 0.0, 0.0).training_losses(logits, shares.expand(5, 3))
    by_class = [cross_entropy(logits, torch.full((5,), place), reduction="none") for place in range(3)]
    torch.testing.assert_close(losses, sum(share * loss for share, loss in zip(shares, by_class, strict=True)))


@pytest.mark.parametrize("goal", [Goal.CLASS, Goal.LABELS])
def test_training_goes_on_to_the_bit(monkeypatch, tmp_path, goal):
    """A killed training with every change ends as an unbroken one."""
    settings: dict[str, Any] = {"epochs": 2, "save_every": 3, "batch_size": 8, "augment": CHANGES}
    data, net = images(goal=goal), shapecalc.parse(NET)
    whole = train(net, data, out=tmp_path / "whole", progress=False, **settings)
    train_until(monkeypatch, 5, tmp_path / "killed", net=net, data=data, **settings)
    resumed = resume(tmp_path / "killed", data, progress=False)
    assert (resumed.history, resumed.scores) == (whole.history, whole.scores)
    assert content(tmp_path / "killed")[1] == content(tmp_path / "whole")[1]


def test_only_training_batches_change(monkeypatch):
    """The validation loss of weights that do not move is the one without augmentation; the training loss is not."""
    monkeypatch.setattr(Fitting, "_move", lambda fitting: setattr(fitting, "_steps", fitting._steps + 1))
    plain, augmented = (
        train(shapecalc.parse(NET), images(), epochs=1, out=None, progress=False, augment=names).history[0]
        for names in ((), CHANGES)
    )
    assert plain.validation_loss == augmented.validation_loss
    assert plain.train_loss != augmented.train_loss


def test_what_are_no_images_is_refused():
    """As are values, which would have to change with the image."""
    rows = split("rows", torch.randn(40, 5), torch.arange(2).repeat(20))
    with pytest.raises(SpecError, match=r"but the samples of rows are 5; leave --augment out\."):
        train(shapecalc.parse("LazyLinear(2)"), rows, out=None, augment=("flip",))
    with pytest.raises(SpecError, match="for classes and labels, but noise has values"):
        train(shapecalc.parse(NET), images(goal=Goal.VALUES), out=None, augment=("mix-up",))


def test_a_missing_kornia_is_named(monkeypatch):
    """In one line, with the extra that brings it."""
    monkeypatch.setitem(sys.modules, "kornia.augmentation", None)
    with pytest.raises(ShapecalcError, match=r"needs kornia.*Try pip install 'shapecalc\[train\]'\.$"):
        train(shapecalc.parse(NET), images(), out=None, augment=("flip",))


def test_an_unknown_change_is_refused():
    """The message lists the ones there are."""
    with pytest.raises(SpecError, match=r"augment.*flip"):
        read_settings({"augment": ("flop",)})


def test_inputs_in_memory_stay_as_they_are():
    """A change never writes into the data set."""
    data = images()
    assert isinstance(data.inputs, InMemory)
    before = data.inputs.values.clone()
    present(make_augmentation(CHANGES, data))(data.inputs.values, data.targets)
    assert torch.equal(before, data.inputs.values)
