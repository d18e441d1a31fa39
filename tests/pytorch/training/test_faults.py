"""What goes wrong around a training: one line says what, nothing is executed, and the last good state is intact."""

from __future__ import annotations

import json
import os
import pickle
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

import shapecalc
from shapecalc import ShapecalcError, SpecError
from shapecalc.formats.writing import write_atomically
from shapecalc.pytorch.modules.weights import load_trained
from shapecalc.pytorch.training.loop import Fitting
from shapecalc.pytorch.training.samples.opening import open_data
from shapecalc.pytorch.training.state import read_state
from shapecalc.pytorch.training.trainer import resume, train
from tests.pytorch.training.run_files import FIGURES, RUN_FILES

pytestmark = pytest.mark.service("trainings")

NET = "Flatten() LazyLinear(10)"
#: A net whose weights and state take more than a hundred thousand bytes.
LARGE = "Flatten() LazyLinear(400) ReLU() LazyLinear(10)"
#: More outputs than any memory holds the weights of.
HUGE = 10**12


@pytest.fixture(scope="module")
def finished(tmp_path_factory) -> dict[str, bytes]:
    """The files of a training of one epoch."""
    folder = tmp_path_factory.mktemp("finished")
    train(shapecalc.parse(NET), epochs=1, out=folder, progress=False)
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture
def run(finished, tmp_path) -> Path:
    """A folder with these files."""
    for name, content in finished.items():
        (tmp_path / name).write_bytes(content)
    return tmp_path


def command(*arguments: str, limit: int | None = None) -> subprocess.CompletedProcess:
    """The command line in a process that may write files of so many bytes."""

    def limited() -> None:
        if limit:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    return subprocess.run(  # noqa: S603 - ours
        [sys.executable, "-m", "shapecalc_cli.main", *arguments],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=limited,
    )


def test_a_full_disk_is_one_line(tmp_path):
    """A file that may not grow: the command names it, and leaves nothing that is half written."""
    ran = command("train", LARGE, "--epochs", "1", "--out", str(tmp_path), limit=50_000)
    assert ran.stderr == f"Cannot write {tmp_path / 'state.safetensors'}: File too large.\n"
    assert (ran.returncode, ran.stdout) == (2, "")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["config.json", "net.py", "sizing.txt"]


def test_a_disk_that_fills_up_leaves_the_state_before(monkeypatch, tmp_path):
    """The weights of the next epoch do not fit: the last state goes on to the same end."""
    whole = train(shapecalc.parse(NET), epochs=3, out=tmp_path / "whole", progress=False)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    close = Fitting._close_epoch

    def fills(fitting: Fitting, start: float) -> None:
        close(fitting, start)
        if len(fitting.history) == 2:
            resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limits[1]))

    with monkeypatch.context() as patched:
        patched.setattr(Fitting, "_close_epoch", fills)
        try:
            with pytest.raises(ShapecalcError, match=r"Cannot write .*model\.safetensors: File too large"):
                train(shapecalc.parse(NET), epochs=3, out=tmp_path / "full", progress=False)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert {path.name for path in (tmp_path / "full").iterdir()} == {*RUN_FILES} - {*FIGURES}  # drawn at the end alone
    resumed = resume(tmp_path / "full", progress=False)
    assert (resumed.history, resumed.scores) == (whole.history, whole.scores)


def test_an_interrupted_write_leaves_nothing_beside(monkeypatch, tmp_path):
    """Ctrl-C while a file is written: the one before stays, the one aside goes."""
    path = tmp_path / "state"
    write_atomically(path, b"first")

    def interrupted(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_atomically(path, b"second")
    assert (path.read_bytes(), list(tmp_path.iterdir())) == (b"first", [path])


def test_what_a_killed_process_left_aside_goes(run):
    """A file that was never renamed is removed by whoever goes on, or begins anew."""
    (run / ".state.safetensors.123").write_bytes(b"half")
    resume(run, progress=False)
    assert sorted(path.name for path in run.iterdir()) == RUN_FILES


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    """Before the first step: there is a file in its place, or its files belong to somebody else."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(ShapecalcError, match=r"Cannot make the folder .*file: File exists\."):
        train(shapecalc.parse(NET), out=tmp_path / "file", progress=False)
    (tmp_path / "state.safetensors").mkdir()
    with pytest.raises(ShapecalcError, match=r"Cannot write into .*: Is a directory\."):
        train(shapecalc.parse(NET), out=tmp_path, overwrite=True, progress=False)


@pytest.mark.parametrize(
    ("signals", "status", "last"),
    [
        ([signal.SIGINT], 130, "Stopped.\n"),
        ([signal.SIGTERM], 128 + signal.SIGTERM, ""),
    ],
)
def test_a_stopped_training_says_how_to_go_on(tmp_path, signals, status, last):
    """Ctrl-C and SIGTERM: no traceback, no file that is half written, and the command that goes on."""
    ended, errors = stopped(tmp_path / "run", signals)
    assert (ended, errors) == (status, f"Go on with: shapecalc train --from {tmp_path / 'run'}\n{last}")
    assert read_state(tmp_path / "run" / "state.safetensors").part("model")


def test_a_second_ctrl_c_ends_at_once(tmp_path):
    """Without a traceback, wherever it comes."""
    ended, errors = stopped(tmp_path / "run", [signal.SIGINT, signal.SIGINT])
    assert (ended in {130, -signal.SIGINT}, "Traceback" in errors) == (True, False)


def stopped(folder: Path, signals: list[signal.Signals]) -> tuple[int, str]:
    """The status and the errors of a training without an end that gets these signals."""
    arguments = ["train", NET, "--epochs", "1000000", "--save-every", "5", "--out", str(folder), "--lr", "0.001"]
    with subprocess.Popen(  # noqa: S603 - ours
        [sys.executable, "-m", "shapecalc_cli.main", *arguments], stderr=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        while not (folder / "metrics.jsonl").exists() and process.poll() is None:
            pass
        for number in signals:
            process.send_signal(number)
        output, errors = process.communicate(timeout=60)
    leftovers = [path.name for path in folder.iterdir() if path.name.startswith(".")]
    assert output == b""
    assert not leftovers or len(signals) > 1
    return process.returncode, errors.decode()


def test_a_terminated_process_removes_what_it_wrote_aside(tmp_path):
    """SIGTERM in the middle of a file, of any command."""
    script = f"""
import os, signal
from pathlib import Path
from shapecalc_cli.signals import orderly_end
from shapecalc.formats.writing import written_aside

with orderly_end(), written_aside(Path({str(tmp_path / "file")!r})) as part:
    part.write_text("half")
    os.kill(os.getpid(), signal.SIGTERM)
"""
    ran = subprocess.run([sys.executable, "-c", script], check=False, env={**os.environ, "PYTHONPATH": "cli:."})  # noqa: S603 - ours
    assert (ran.returncode, list(tmp_path.iterdir())) == (143, [])


class Bomb:
    """Makes a file when it is unpickled."""

    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self) -> tuple[Any, ...]:
        return (os.mkdir, (str(self.marker),))


@pytest.mark.parametrize("name", RUN_FILES)
@pytest.mark.parametrize("write", [pickle.dumps, None])
def test_a_pickle_in_a_run_folder_is_not_executed(run, name, write):
    """In the place of each file, as it is and as torch saves it: it is refused, or it is not read."""
    marker = run / "exploded"
    if write:
        (run / name).write_bytes(write(Bomb(marker)))
    else:
        torch.save(Bomb(marker), run / name)
    outcomes = []
    for read in (lambda: resume(run, progress=False), lambda: load_trained(run / "model.safetensors")):
        try:
            read()
            outcomes.append("read")
        except SpecError:
            outcomes.append("refused")
    assert not marker.exists()
    assert (name in {"config.json", "state.safetensors"}) == (outcomes[0] == "refused")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"settings": {"epochs": 10**30}}, "it must be at most 4,294,967,295"),
        ({"settings": {"batch_size": 10**400}}, "settings, batch_size"),
        ({"settings": {"lr": "1e400"}}, "settings, lr"),
        ({"settings": {"workers": 1 << 20}}, "it must be at most 64"),
        ({"settings": {"augment": ["flip"] * 50}}, "settings, augment"),
        (
            {"net": f"input: 1x8x8\nlayers:\n  - Flatten\n  - Linear(64, {HUGE})\n  - Linear({HUGE}, 10)\n"},
            "The weights of this net take 272.85 TiB",
        ),
        ({"net": "!!python/object/apply:os.mkdir [exploded]"}, "."),
        ({"data": "/dev/zero"}, "There is no data set '/dev/zero'"),
        ({"data": "FOLDER/pipe.csv"}, "Not a regular file"),
        ({"data": "FOLDER/pipe.npz"}, "Not a regular file"),
        ({"data": "FOLDER/zero.csv"}, "Not a regular file"),
        ({"place": {"processes": 10**400}}, "place, processes"),
    ],
)
def test_a_crafted_config_is_refused(run, monkeypatch, change, message):
    """Numbers beyond bounds, a net that fits no memory, a device or a pipe for data: one line each, and at once."""
    monkeypatch.chdir(run)
    os.mkfifo(run / "pipe.csv")
    os.mkfifo(run / "pipe.npz")
    (run / "zero.csv").symlink_to("/dev/zero")
    config = json.loads((run / "config.json").read_text(encoding="utf-8"))
    for name, value in change.items():
        if isinstance(value, dict):
            config[name].update(value)
        else:
            config[name] = value.replace("FOLDER", str(run))
    (run / "config.json").write_text(json.dumps(config), encoding="utf-8")
    with pytest.raises(ShapecalcError, match=message) as refused:
        resume(run, progress=False)
    assert "\n" not in str(refused.value)
    assert not (run / "exploded").exists()


@pytest.mark.parametrize(
    "change",
    [
        {"history": [{"number": 1}]},
        {"history": "long"},
        {"steps": -1},
        {"steps": 10**30},
        {"optimizer": []},
        {"optimizer": [{"lr": "high"}]},
        {"schedule": 3},
        {"loss_sum": "much"},
        {"steps_of_epoch": None},
        {"history": []},
        {"samples_of_epoch": 7},
        {"loss_sum": float("nan")},
        {"steps": 10**9},
        {"schedule": {"last_epoch": 10**9, "_step_count": 1, "_last_lr": [0.1]}},
        {"schedule": {"last_epoch": 20, "_step_count": 1, "_last_lr": [0.1], "total_steps": 1}},
    ],
)
def test_a_crafted_state_is_refused(run, change):
    """Its plain values are checked before they are used."""
    path = run / "state.safetensors"
    progress = {**read_state(path).progress, **change}
    save_file(load_file(path), path, {"training": json.dumps(progress)})
    with pytest.raises(SpecError, match=r"is damaged, or no state of a training\.$|holds the state of another net\.$"):
        resume(run, progress=False)


@pytest.mark.parametrize("name", ["best.linear1.weight", "model.linear1.weight", "optimizer.0.exp_avg"])
@pytest.mark.parametrize("change", [lambda _: torch.zeros(3), lambda tensor: tensor * 1j, lambda _: None])
def test_a_state_with_other_tensors_is_refused(run, name, change):
    """Tensors of another shape, of complex numbers, or none: torch would convert them, or stop in the middle."""
    path = run / "state.safetensors"
    tensors, about = load_file(path), {"training": json.dumps(read_state(path).progress)}
    changed = {**tensors, name: change(tensors[name])}
    save_file({name: tensor for name, tensor in changed.items() if tensor is not None}, path, about)
    with pytest.raises(SpecError, match=r"holds the (state|weights) of another net\.$"):
        resume(run, progress=False)


@pytest.mark.usefixtures("finished")  # which imports everything: nobody may not read packages of root
def test_a_read_only_folder_is_named():
    """Whoever may not write learns so before the first step."""
    with TemporaryDirectory() as parent:  # others may not enter those of pytest
        folder = Path(parent)
        for name, mode in (("mine", 0o555), ("closed", 0)):
            (folder / name).mkdir(mode)
        folder.chmod(0o555)
        with nobody():
            with pytest.raises(ShapecalcError, match=r"Cannot make the folder .*run: Permission denied\.$"):
                train(shapecalc.parse(NET), out=folder / "run", progress=False)
            with pytest.raises(ShapecalcError, match=r"Cannot write .*mine.config\.json: Permission denied\.$"):
                train(shapecalc.parse(NET), out=folder / "mine", progress=False)
            with pytest.raises(ShapecalcError, match=r"Cannot read the folder .*closed: Permission denied\.$"):
                train(shapecalc.parse(NET), out=folder / "closed", progress=False)
        folder.chmod(0o755)


@contextmanager
def nobody() -> Iterator[None]:
    """The rights of nobody, where the tests run as root, whom no folder refuses."""
    is_root = os.geteuid() == 0
    try:
        if is_root:
            os.seteuid(65534)
        yield
    finally:
        if is_root:
            os.seteuid(0)


@pytest.mark.parametrize("lr", [1e4, 1e3])
def test_a_loss_that_is_no_number_leaves_the_last_state(tmp_path, lr):
    """The message has the epoch, the step and what to try; the state before is a whole one."""
    net = shapecalc.parse("Conv2d(1, 8, 3) ReLU() Flatten() LazyLinear(10)")
    with pytest.raises(
        ShapecalcError, match=r"no longer a number in epoch \d, at step \d+\. .* --lr 0\.005, or --clip 1"
    ):
        train(net, optimizer="sgd", lr=lr, schedule="constant", save_every=1, out=tmp_path, progress=False)
    weights = read_state(tmp_path / "state.safetensors").part("model")
    assert sorted(weights) == ["conv1.bias", "conv1.weight", "linear1.bias", "linear1.weight"]
    assert not (tmp_path / "model.safetensors").exists()


def test_a_batch_of_one_sample_is_refused_where_batch_norm_has_one_value():
    """The layer is named before the first step; frozen, or with several positions, it trains."""
    net = shapecalc.parse("Flatten() BatchNorm1d(64) Linear(64, 10)")
    settings: dict[str, Any] = {"batch_size": 1, "steps": 2, "out": None, "progress": False}
    with pytest.raises(SpecError, match=r"norm1 takes a mean .* Try --batch-size 2 or more, or freeze it\.$"):
        train(net, **settings)
    train(net, freeze=["norm1"], **settings)
    train(shapecalc.parse("BatchNorm2d(1) Flatten() Linear(64, 10)"), **settings)


@pytest.mark.parametrize("name", ["pipe.csv", "pipe.npz"])
def test_a_pipe_is_no_data_set(tmp_path, name):
    """It could block for ever."""
    os.mkfifo(tmp_path / name)
    with pytest.raises(SpecError, match="Not a regular file"):
        open_data(str(tmp_path / name))
