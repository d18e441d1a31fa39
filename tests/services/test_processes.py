"""Two processes that train together: the curve of one, every sample once, one writer, and a state to go on from."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from shapecalc.pytorch.training.state import read_state
from tests.needs import ROOT
from tests.pytorch.training.run_files import RUN_FILES

pytestmark = pytest.mark.service("processes")

NET = "Flatten() LazyLinear(16) Tanh() LazyLinear(3)"
NORMED = "Flatten() LazyLinear(16) BatchNorm1d() LazyLinear(3)"
LAUNCHER = ("torch.distributed.run", "--nproc-per-node", "2", "--standalone")


def run(
    module: tuple[str, ...], *arguments: str, folder: Path, fails: bool = False, is_script: bool = False
) -> subprocess.CompletedProcess:
    """A command line of Python, with one thread a process."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'cli'}"}
    ran = subprocess.run(  # noqa: S603 - ours
        [sys.executable, *([] if is_script else ["-m"]), *module, *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert (ran.returncode != 0) == fails, ran.stderr
    return ran


def train(processes: int, *arguments: str, folder: Path) -> dict[str, Any]:
    """What ``shapecalc train --json`` prints, started by torchrun where there are several processes."""
    launcher = (*LAUNCHER, "-m") if processes > 1 else ()
    return json.loads(run((*launcher, "shapecalc_cli.main"), "train", *arguments, "--json", folder=folder).stdout)


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """Holds samples of three classes, 107 to learn from and 31 to test, so that processes take unequal numbers."""
    place = tmp_path_factory.mktemp("processes")
    generator = np.random.default_rng(0)
    classes: Any = np.tile(np.arange(3), 52)[:154]
    samples = generator.normal(size=(154, 1, 4, 4)) + classes.reshape(-1, 1, 1, 1)
    np.savez(place / "samples.npz", x=samples.astype("float32"), y=classes)
    return place


def settings(batch_size: int, out: str, *more: str) -> list[str]:
    return ["--data", "samples.npz", "--epochs", "3", "--batch-size", str(batch_size), "--out", out, *more]


def without_times(history: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{key: value for key, value in epoch.items() if key != "seconds"} for epoch in history]


@pytest.mark.parametrize("more", [(), ("--accumulate", "2", "--optimizer", "sgd", "--clip", "1")])
def test_two_processes_give_the_curve_of_one(folder, more):
    """With half the batch each, they have its losses, scores and weights to the precision of float32."""
    names = [f"{name}-{len(more)}" for name in ("alone", "together")]
    alone = train(1, NET, *settings(16, names[0], *more), folder=folder)
    together = train(2, NET, *settings(8, names[1], *more), folder=folder)
    for epoch, expected in zip(together["history"], alone["history"], strict=True):
        assert without_times([epoch])[0] == pytest.approx(without_times([expected])[0], rel=1e-4)
    states = [read_state(folder / name / "state.safetensors").tensors for name in names]
    for name, tensor in states[0].items():
        torch.testing.assert_close(states[1][name], tensor, rtol=1e-3, atol=1e-5)
    assert together["confusion"] == alone["confusion"]
    assert sum(map(sum, together["confusion"])) == 31


def test_one_process_writes(folder):
    """The others leave no file and no line behind, and the config says how many there were."""
    train(2, NET, *settings(8, "written"), folder=folder)
    assert sorted(path.name for path in (folder / "written").iterdir()) == RUN_FILES
    place = json.loads((folder / "written" / "config.json").read_text(encoding="utf-8"))["place"]
    assert (place["processes"], place["device"]) == (2, "cpu")


def test_killed_processes_go_on_to_the_bit(folder):
    """Both die in the middle of an epoch; two others end as two that never stopped, and one warns that it may not."""
    asked = settings(8, "killed", "--save-every", "3")
    whole = train(2, NET, *settings(8, "whole", "--save-every", "3"), folder=folder)
    dying = (*LAUNCHER, str(ROOT / "tests" / "services" / "dying_training.py"))
    run(dying, "11", "train", NET, *asked, folder=folder, fails=True)
    steps = read_state(folder / "killed" / "state.safetensors").progress["steps"]
    resumed = train(2, "--from", "killed", folder=folder)
    assert (steps, without_times(resumed["history"])) == (9, without_times(whole["history"]))
    states = [read_state(folder / name / "state.safetensors").tensors for name in ("killed", "whole")]
    assert [name for name, tensor in states[0].items() if not torch.equal(tensor, states[1][name])] == []
    alone = run(("shapecalc_cli.main",), "train", "--from", "killed", folder=folder)
    assert "processes 1 instead of 2" in alone.stderr


def test_a_process_killed_again_and_again_ends_to_the_bit(folder):
    """Three times, at random steps, in the middle of epochs and at their ends; 14 steps make an epoch."""
    asked = settings(8, "often", "--save-every", "3")
    whole = train(1, NET, *settings(8, "never", "--save-every", "3"), folder=folder)
    begin = ["train", NET, *asked]
    dying = (str(ROOT / "tests" / "services" / "dying_training.py"),)
    for step in sorted(random.Random(0).sample(range(1, 42), 3)):  # noqa: S311 - not for secrets
        run(dying, str(step), *begin, folder=folder, fails=True, is_script=True)
        begin = ["train", "--from", "often"]
    resumed = train(1, "--from", "often", folder=folder)
    assert without_times(resumed["history"]) == without_times(whole["history"])
    states = [read_state(folder / name / "state.safetensors").tensors for name in ("often", "never")]
    assert [name for name, tensor in states[0].items() if not torch.equal(tensor, states[1][name])] == []
    files = [(folder / name / "model.safetensors").read_bytes() for name in ("often", "never")]
    assert files[0] == files[1]


def test_batch_norm_of_each_process_is_named(folder):
    """Its statistics come from the samples of one process: said once, on the error stream."""
    ran = run((*LAUNCHER, "-m", "shapecalc_cli.main"), "train", NORMED, *settings(8, "normed"), "--json", folder=folder)
    assert ran.stderr.count("batch norm takes its statistics from the samples of one process") == 1
