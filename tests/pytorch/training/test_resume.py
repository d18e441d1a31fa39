"""Going on with a training: it ends as an unbroken one ends, to the bit."""

from __future__ import annotations

import json
import pickle
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

import shapecalc
from shapecalc import ShapecalcError, SpecError
from shapecalc.formats import writing
from shapecalc.pytorch.training import state as states
from shapecalc.pytorch.training.loop import Fitting
from shapecalc.pytorch.training.samples.splitting import split
from shapecalc.pytorch.training.state import read_state
from shapecalc.pytorch.training.trainer import resume, train

pytestmark = pytest.mark.service("trainings")

SPEC = "Conv2d(1, 4, 3) BatchNorm2d(4) ReLU() Flatten() Dropout(0.5) LazyLinear(10)"


class Killed(BaseException):
    """The process ends here."""


def train_until(monkeypatch, step: int, out: Path, *, net=None, data: Any = "digits", **settings: Any) -> None:
    """A training that ends without a word after so many steps."""
    move = Fitting._move

    def dies(fitting):
        move(fitting)
        if fitting._steps == step:
            raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(Fitting, "_move", dies)
        with pytest.raises(Killed):
            train(net or shapecalc.parse(SPEC), data, out=out, progress=False, **settings)


def content(folder: Path) -> tuple[dict[str, Tensor], dict[str, object]]:
    """The tensors and the progress of the last state, times left out."""
    state = read_state(folder / "state.safetensors")
    for epoch in state.progress["history"]:
        del epoch["seconds"]
    return state.tensors, state.progress


@pytest.mark.parametrize(
    ("step", "settings"),
    [
        (30, {}),
        (20, {}),
        (7, {"workers": 2}),
        (25, {"optimizer": "sgd", "lr": 0.05, "schedule": "cosine", "accumulate": 2, "batch_size": 32}),
        (27, {"schedule": "plateau", "clip": 0.5, "label_smoothing": 0.1}),
        (3, {"precision": "bf16", "schedule": "constant"}),
        (25, {"steps": 25, "save_every": 5}),
    ],
)
def test_a_killed_training_ends_as_an_unbroken_one(monkeypatch, tmp_path, step, settings):
    """Weights, best weights, the optimizer's state and every metric but time are equal, to the bit."""
    settings = {"save_every": 3, **({} if "steps" in settings else {"epochs": 2}), **settings}
    whole = train(shapecalc.parse(SPEC), out=tmp_path / "whole", progress=False, **settings)
    train_until(monkeypatch, step, tmp_path / "killed", **settings)
    resumed = resume(tmp_path / "killed", progress=False)
    assert (resumed.history, resumed.scores) == (whole.history, whole.scores)
    (tensors, progress), (expected, expected_progress) = content(tmp_path / "killed"), content(tmp_path / "whole")
    assert progress == expected_progress
    assert tensors.keys() == expected.keys()
    assert [name for name, tensor in tensors.items() if not torch.equal(tensor, expected[name])] == []


def test_a_finished_training_is_measured_again(tmp_path):
    """There is nothing left to learn."""
    finished = train(shapecalc.parse(SPEC), epochs=1, out=tmp_path, progress=False)
    again = resume(tmp_path, progress=False)
    assert (again.history, again.scores) == (finished.history, finished.scores)


def test_a_state_beyond_the_settings_is_finished(tmp_path):
    """As where another training was written into the same folder: there is nothing left to learn."""
    train(shapecalc.parse(SPEC), epochs=3, out=tmp_path, progress=False)
    path = tmp_path / "config.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"epochs": 3', '"epochs": 2'), encoding="utf-8")
    assert len(resume(tmp_path, progress=False).history) == 3


def test_own_samples_are_handed_over_again(tmp_path):
    """And must be the same ones."""
    labels = torch.arange(2).repeat(20)
    data = split("stripes", labels.float().reshape(40, 1, 1, 1).expand(40, 1, 2, 2), labels)
    net = shapecalc.parse("Flatten() LazyLinear(2)")
    training = train(net, data, epochs=2, out=tmp_path, progress=False)
    assert resume(tmp_path, data, progress=False).scores == training.scores
    with pytest.raises(SpecError, match=r"were made in a program; give them to resume\(\) as data"):
        resume(tmp_path, progress=False)
    other = split("stripes", torch.zeros(40, 1, 2, 2), 1 - labels)
    with pytest.raises(SpecError, match=r"does not hold the samples that the training in .* began with"):
        resume(tmp_path, other, progress=False)


def test_a_full_disk_leaves_the_last_state(monkeypatch, tmp_path):
    """What could not be written is said, and the training goes on later from the state before."""
    write = writing.write_atomically

    def full(path, content):
        if path.name == "state.safetensors" and path.exists() and rb"\"steps\": 20," in content:
            raise ShapecalcError(f"Cannot write {path}: No space left on device.")
        write(path, content)

    with monkeypatch.context() as patched:
        patched.setattr(states, "write_atomically", full)
        with pytest.raises(ShapecalcError, match="No space left"):
            train(shapecalc.parse(SPEC), epochs=2, save_every=6, out=tmp_path, progress=False)
    assert read_state(tmp_path / "state.safetensors").progress["steps"] == 18
    assert len(resume(tmp_path, progress=False).history) == 2


@pytest.mark.parametrize(
    "damage", [lambda data: data[:-100], lambda data: data[:20], lambda _: b"", lambda _: pickle.dumps({})]
)
def test_a_damaged_state_is_refused(tmp_path, damage):
    """Cut off, empty, or a pickle: one line, and nothing is executed."""
    train(shapecalc.parse(SPEC), epochs=1, out=tmp_path, progress=False)
    path = tmp_path / "state.safetensors"
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(SpecError, match=r"state\.safetensors is damaged, or no state of a training\.$"):
        resume(tmp_path, progress=False)


def test_a_folder_without_a_training_is_refused(tmp_path):
    """As is one that is not there."""
    with pytest.raises(SpecError, match=r"config\.json"):
        resume(tmp_path)
    with pytest.raises(SpecError, match="There is no folder"):
        resume(tmp_path / "missing")


def test_a_changed_config_is_refused(tmp_path):
    """A setting that is out of range is named."""
    train(shapecalc.parse(SPEC), epochs=1, out=tmp_path, progress=False)
    path = tmp_path / "config.json"
    config = json.loads(path.read_text(encoding="utf-8"))
    config["settings"]["epochs"] = 0
    path.write_text(json.dumps(config), encoding="utf-8")
    with pytest.raises(SpecError, match=r"config\.json: settings, epochs: it must be at least 1, but is 0\."):
        resume(tmp_path)
