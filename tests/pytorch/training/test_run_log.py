"""Logs of a training for other tools: each epoch stands in them once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from accelerate.tracking import GeneralTracker

import shapecalc
from shapecalc import ShapecalcError, SpecError
from shapecalc.pytorch.training import run_log
from shapecalc.pytorch.training.samples.splitting import split
from shapecalc.pytorch.training.trainer import resume, train

NET = shapecalc.parse("Flatten() LazyLinear(2)", input_shape="1x2x2")
LABELS = torch.arange(2).repeat(20)
STRIPES = split("stripes", LABELS.float().reshape(40, 1, 1, 1).expand(40, 1, 2, 2), LABELS)


class Notebook(GeneralTracker):  # type: ignore[misc]  # accelerate has no types
    """Keeps what it is told."""

    name = "notebook"
    requires_logging_directory = False

    def __init__(self, lines: list[Any]) -> None:
        super().__init__()
        self.lines = lines

    @property
    def tracker(self) -> list[Any]:
        return self.lines

    def start(self) -> None:
        self.lines.append("start")

    def store_init_configuration(self, values: dict[str, Any]) -> None:
        self.lines.append(values["lr"])

    def log(self, values: dict[str, Any], step: int | None = None, **_: Any) -> None:
        self.lines.append((step, values))

    def finish(self) -> None:
        self.lines.append("finish")


@pytest.fixture
def lines(monkeypatch) -> list[Any]:
    """What the tracker in the place of W&B's is told."""
    notes: list[Any] = []
    monkeypatch.setitem(run_log.TRACKERS, "wandb", lambda _: Notebook(notes))
    monkeypatch.setattr(run_log, "find_spec", lambda _: True)
    return notes


def test_each_epoch_is_logged_once(lines, tmp_path):
    """The settings first, then what metrics.jsonl holds, then the score on the test samples."""
    trained = train(NET, STRIPES, epochs=2, log="wandb", out=tmp_path, progress=False)
    epochs = [{**epoch.as_dict(trained.goal)} for epoch in trained.history]
    expected = [(values.pop("number"), values) for values in epochs]
    assert lines == [
        "start", 0.005, *expected, (2, {"test_loss": trained.scores.loss, "test_accuracy": trained.accuracy}), "finish",
    ]  # fmt: skip


def test_a_log_begins_with_the_whole_history(lines, tmp_path):
    """Where a training goes on, so that no epoch is missing from the log of the second start."""
    train(NET, STRIPES, epochs=2, log="wandb", schedule="constant", out=tmp_path, progress=False)
    lines.clear()
    resume(tmp_path, STRIPES, progress=False, epochs=3)
    assert [line[0] for line in lines if isinstance(line, tuple)] == [1, 2, 3, 3]


def test_logs_may_change_where_a_training_goes_on(lines, tmp_path):
    """They change no number of it."""
    train(NET, STRIPES, epochs=1, out=tmp_path, progress=False)
    resume(tmp_path, STRIPES, progress=False, log=("wandb",))
    assert "finish" in lines


def test_a_log_is_closed_where_a_training_fails(lines, monkeypatch, tmp_path):
    """What was logged before is there."""
    monkeypatch.setattr(run_log.RunLog, "add", lambda *_: (_ for _ in ()).throw(ShapecalcError("full")))
    with pytest.raises(ShapecalcError, match="full"):
        train(NET, STRIPES, epochs=1, log="wandb", out=tmp_path, progress=False)
    assert lines == ["start", 0.005, "finish"]


def test_a_tool_that_refuses_is_one_line(monkeypatch, tmp_path):
    """As without an account."""

    class Refusing(Notebook):
        def start(self) -> None:
            raise RuntimeError("api_key not configured.\nRun wandb login")

    monkeypatch.setitem(run_log.TRACKERS, "wandb", lambda _: Refusing([]))
    monkeypatch.setattr(run_log, "find_spec", lambda _: True)
    with pytest.raises(ShapecalcError, match=r"^--log wandb cannot be opened: api_key not configured\. Run .*login\.$"):
        train(NET, STRIPES, epochs=1, log="wandb", out=tmp_path, progress=False)


@pytest.mark.parametrize(
    ("name", "install"), [("tensorboard", "'shapecalc[log]'"), ("wandb", "wandb"), ("mlflow", "mlflow")]
)
def test_a_missing_package_is_named(monkeypatch, tmp_path, name, install):
    """Before the folder is made."""
    monkeypatch.setattr(run_log, "find_spec", lambda _: None)
    with pytest.raises(ShapecalcError) as refused:
        train(NET, STRIPES, log=name, out=tmp_path / "run")
    assert str(refused.value) == f"--log {name} needs {name}, which is not installed. Try pip install {install}."
    assert not (tmp_path / "run").exists()


def test_a_log_needs_a_folder():
    """Without one, nothing is written."""
    with pytest.raises(SpecError, match="--log belongs to the folder of a run"):
        train(NET, STRIPES, log="wandb", out=None)


@pytest.mark.service("tensorboard")
def test_tensorboard_reads_the_curves(tmp_path: Path):
    """Also where a training went on: no epoch stands twice."""
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator  # noqa: PLC0415  need not be there

    train(NET, STRIPES, epochs=2, log="tensorboard", schedule="constant", out=tmp_path, progress=False)
    trained = resume(tmp_path, STRIPES, progress=False, epochs=3)
    events = EventAccumulator(str(tmp_path / "tensorboard")).Reload()
    values = {event.step: event.value for event in events.Scalars("validation_loss")}
    assert values == pytest.approx({epoch.number: epoch.validation_loss for epoch in trained.history}, rel=1e-6)
    assert len(events.Scalars("validation_loss")) == 3
