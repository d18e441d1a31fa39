"""Settings: what has no effect is refused, and so is what may not change where a training goes on."""

from __future__ import annotations

from typing import Any

import pytest
import torch

import shapecalc
from shapecalc import Builder, SpecError, layers
from shapecalc.pytorch.training.going_on import changed_settings
from shapecalc.pytorch.training.idle_settings import refuse_idle
from shapecalc.pytorch.training.samples.labelled import Goal, InMemory, Samples
from shapecalc.pytorch.training.samples.opening import open_data
from shapecalc.pytorch.training.samples.splitting import split, unstratified
from shapecalc.pytorch.training.settings import Settings
from shapecalc.pytorch.training.trainer import resume, train

NET = shapecalc.parse("Flatten() LazyLinear(2)", input_shape="1x2x2")
LABELS = torch.arange(2).repeat(20)
STRIPES = split("stripes", LABELS.float().reshape(40, 1, 1, 1).expand(40, 1, 2, 2), LABELS)


def numbers() -> Samples:
    inputs = InMemory(torch.zeros(40, 3))
    return Samples("sums", Goal.VALUES, inputs, torch.zeros(40, 1), (), *unstratified("sums", inputs))


@pytest.mark.parametrize(
    ("samples", "settings", "message"),
    [
        (STRIPES, {"steps": 5, "epochs": 3}, "--epochs would change nothing: --steps 5 ends the training"),
        (STRIPES, {"unfreeze_after": 2}, "--unfreeze-after would change nothing: no weights are frozen; name some"),
        (STRIPES, {"freeze": "linear1", "unfreeze_after": 20}, "the training has 20 epochs in all"),
        (numbers(), {"label_smoothing": 0.1}, "--label-smoothing would change nothing: sums has values"),
        (STRIPES, {"auxiliary_weight": 0.1}, "--auxiliary-weight would change nothing: the net has one output"),
        (numbers(), {"channels_last": True}, "--channels-last would change nothing: samples of 3 are no images"),
        (STRIPES, {"image_size": 4}, "--image-size would change nothing: stripes was made in a program"),
        (STRIPES, {"skip_unreadable": True}, "--skip-unreadable would change nothing"),
    ],
)
def test_a_setting_without_effect_is_refused(samples, settings, message):
    """It names the option, and what it needs."""
    with pytest.raises(SpecError, match=message):
        refuse_idle(Settings(**settings), NET, samples)


def test_a_setting_with_an_effect_is_accepted():
    """As is every default."""
    builder = Builder((1, 2, 2))
    flat = builder.add(layers.Flatten())
    heads = [builder.add(layers.Linear(4, 2), inputs=flat, name=name) for name in ("main", "auxiliary")]
    settings = Settings(auxiliary_weight=0.1, freeze=("main",), unfreeze_after=2, label_smoothing=0.1, epochs=3)
    refuse_idle(settings, builder.build(*heads), STRIPES)
    refuse_idle(Settings(), NET, numbers())


def test_a_training_refuses_settings_without_effect():
    """Before the first step."""
    with pytest.raises(SpecError, match="--unfreeze-after would change nothing"):
        train(NET, STRIPES, unfreeze_after=1, out=None)


@pytest.mark.parametrize("option", [{"image_size": 4}, {"skip_unreadable": True}])
def test_options_for_images_are_refused_of_other_data(tmp_path, option: dict[str, Any]):
    """Of a data set that is known by its name, and of a file of numbers."""
    (tmp_path / "own.csv").write_text("a,label\n1,x\n", encoding="utf-8")
    for name in ("digits", str(tmp_path / "own.csv")):
        with pytest.raises(
            SpecError, match=r"^--(image-size|skip-unreadable) is for a folder of images, and .* is none"
        ):
            open_data(name, **option)


@pytest.mark.parametrize(
    ("settings", "changes", "message"),
    [
        (
            {},
            {"lr": 0.1},
            r"only --epochs, --patience, --workers, .* and --log may change\. Leave --lr out\.",
        ),
        ({}, {"epochs": 30}, "--epochs cannot change: the rates of the schedule one-cycle depend on all 20 epochs"),
        ({"schedule": "constant"}, {"epochs": 3}, "--epochs may only grow where a training goes on: it has 20, not 3"),
        ({"schedule": "constant", "steps": 9}, {"epochs": 3}, "was asked for 9 steps, so --epochs cannot change it"),
        ({"patience": 5}, {"patience": 2}, "--patience may only grow .* it has 5, not 2"),
        ({}, {"patience": 2}, "--patience may only grow .* it has none, not 2"),
        ({}, {"workers": 65}, "--workers: it must be at most 64, but is 65"),
        ({}, {"worker": 2}, r"there is no key worker \(did you mean workers\?\)"),
    ],
)
def test_what_may_not_change_is_refused(settings, changes, message):
    """Each would make it a training that no settings from the start would have given."""
    with pytest.raises(SpecError, match=message):
        changed_settings(Settings(**settings), changes)


@pytest.mark.parametrize(
    ("settings", "changes"),
    [
        ({}, {"workers": 2, "save_every": 9}),
        ({}, {"epochs": 20}),
        ({"schedule": "plateau"}, {"epochs": 30}),
        ({"patience": 2}, {"patience": 5}),
        ({"patience": 2}, {"patience": 0}),
    ],
)
def test_what_may_change_changes(settings, changes):
    """And nothing else does."""
    assert changed_settings(Settings(**settings), changes) == Settings(**{**settings, **changes})


@pytest.mark.parametrize("schedule", ["constant", "plateau"])
def test_a_prolonged_training_is_one_that_was_longer_from_the_start(tmp_path, schedule):
    """To the bit; and config.json says how many epochs it has now."""
    settings: dict[str, Any] = {"schedule": schedule, "batch_size": 8, "progress": False}
    whole = train(NET, STRIPES, epochs=5, out=None, **settings)
    train(NET, STRIPES, epochs=2, out=tmp_path / "run", **settings)
    prolonged = resume(tmp_path / "run", STRIPES, progress=False, epochs=5, workers=0)
    assert (prolonged.history, prolonged.scores) == (whole.history, whole.scores)
    assert '"epochs": 5' in (tmp_path / "run" / "config.json").read_text(encoding="utf-8")
