"""The folder of a run: one training at a time, and none is replaced unasked."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import torch

import shapecalc
from shapecalc import ShapecalcError, SpecError
from shapecalc.pytorch.modules.building import build
from shapecalc.pytorch.modules.tensor_files import tensor_bytes
from shapecalc.pytorch.modules.weights import load_trained, save_weights
from shapecalc.pytorch.training.run_folder import RunFolder
from shapecalc.pytorch.training.samples.labelled import Samples
from shapecalc.pytorch.training.samples.splitting import split
from shapecalc.pytorch.training.trainer import resume, train
from tests.needs import ROOT

NET = "Flatten() LazyLinear(2)"
#: Claims a folder, with a child that lives on, as a reader of samples does, and says so.
CLAIM = """
import os, sys, time
from shapecalc.pytorch.training.run_folder import RunFolder
with RunFolder(sys.argv[1]).claimed():
    child = os.fork()
    if child:
        print(child, flush=True)
    time.sleep(600)
"""


@pytest.fixture(scope="module")
def stripes() -> Samples:
    labels = torch.arange(2).repeat(20)
    return split("stripes", labels.float().reshape(40, 1, 1, 1).expand(40, 1, 2, 2), labels)


@pytest.fixture
def run(stripes, tmp_path) -> Path:
    """A training of one step."""
    train(shapecalc.parse(NET), stripes, steps=1, out=tmp_path / "run", progress=False)
    return tmp_path / "run"


def test_a_training_is_not_replaced_unasked(stripes, run):
    """The refusal names the three ways out, and leaves every file as it was."""
    before = {path.name: path.read_bytes() for path in run.iterdir()}
    with pytest.raises(SpecError) as refused:
        train(shapecalc.parse(NET), stripes, steps=1, seed=1, out=run)
    assert str(refused.value) == (
        f"{run} holds a training already; go on with it (shapecalc train --from {run}), choose another folder (--out), "
        "or replace it (--overwrite)."
    )
    assert {path.name: path.read_bytes() for path in run.iterdir()} == before


def test_a_file_of_somebody_else_is_not_replaced_either(stripes, tmp_path):
    """A folder of one's own may hold a net.py."""
    (tmp_path / "net.py").write_text("mine", encoding="utf-8")
    with pytest.raises(SpecError, match=r"^A training would replace .*net\.py; choose another folder \(--out\)"):
        train(shapecalc.parse(NET), stripes, steps=1, out=tmp_path)
    assert (tmp_path / "net.py").read_text(encoding="utf-8") == "mine"


def test_overwrite_replaces_all_of_a_training(monkeypatch, stripes, run):
    """Nothing of the old one is left beside a new one that ends at once."""
    monkeypatch.setattr(RunFolder, "write_state", lambda *_: (_ for _ in ()).throw(ShapecalcError("full")))
    with pytest.raises(ShapecalcError, match="full"):
        train(shapecalc.parse(NET), stripes, steps=1, seed=7, out=run, overwrite=True)
    assert sorted(path.name for path in run.iterdir()) == ["config.json", "net.py", "sizing.txt"]
    assert '"seed": 7' in (run / "config.json").read_text(encoding="utf-8")


def test_two_trainings_in_one_folder_are_refused(stripes, run):
    """Whether the second begins or goes on."""
    with RunFolder(run).claimed():
        for second in (
            lambda: train(shapecalc.parse(NET), stripes, steps=1, out=run, overwrite=True),
            lambda: resume(run, stripes),
        ):
            with pytest.raises(ShapecalcError, match=r"Another training writes into .*run now; wait until it ends"):
                second()
    assert resume(run, stripes, progress=False).history


def test_a_killed_process_holds_no_folder(tmp_path):
    """The kernel releases its lock, even where a child of it lives on."""
    with subprocess.Popen(  # noqa: S603 - ours
        [sys.executable, "-c", CLAIM, str(tmp_path)], stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as process:
        child = int(process.stdout.readline())  # type: ignore[union-attr]  # it is a pipe
        with pytest.raises(ShapecalcError, match="Another training"), RunFolder(tmp_path).claimed():
            pass
        process.send_signal(signal.SIGKILL)
        process.wait()
        with RunFolder(tmp_path).claimed():
            os.kill(child, signal.SIGKILL)


def test_a_training_that_is_refused_leaves_no_folder(stripes, tmp_path):
    """The device is asked only after the folder is claimed."""
    with pytest.raises(SpecError, match="--precision fp16 needs a GPU; on the CPU try bf16, or fp32"):
        train(shapecalc.parse(NET), stripes, precision="fp16", out=tmp_path / "new")
    assert list(tmp_path.iterdir()) == []


def test_a_run_without_a_state_does_not_begin_anew(stripes, run):
    """Going on is no beginning."""
    (run / "state.safetensors").unlink()
    with pytest.raises(SpecError, match=r"has no state to go on from \(state\.safetensors\); begin the training again"):
        resume(run, stripes)


def test_equal_weights_are_equal_files_that_all_may_read(tmp_path):
    """To the byte, with the rights that the user's mask leaves; and they are read back."""
    module = build(shapecalc.parse(NET, input_shape="1x2x2"))
    texts = {name: name for name in "abcdefgh"}
    assert len({tensor_bytes(module.state_dict(), dict(reversed(texts.items()))) for _ in range(8)}) == 1
    mask = os.umask(0o022)
    try:
        save_weights(module, tmp_path / "model.safetensors", {"é\n\x01": "ü"})
    finally:
        os.umask(mask)
    assert (tmp_path / "model.safetensors").stat().st_mode & 0o777 == 0o644
    torch.testing.assert_close(load_trained(tmp_path / "model.safetensors").state_dict(), module.state_dict())
