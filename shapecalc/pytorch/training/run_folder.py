"""The folder of a training: what it was asked, how it went, its weights, and its state."""

from __future__ import annotations

import csv
import io
import json
import shlex
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, final

from shapecalc.emission import emit
from shapecalc.errors import ShapecalcError, SpecError
from shapecalc.formats.document.files import from_json, validate_model
from shapecalc.formats.text.files import read_text
from shapecalc.formats.writing import make_folder, write_atomically
from shapecalc.measures import measure
from shapecalc.net import Net
from shapecalc.pytorch.figures.confusion import draw_confusion
from shapecalc.pytorch.figures.curves import draw_curves
from shapecalc.pytorch.modules.building import NetModule
from shapecalc.pytorch.modules.weights import save_weights
from shapecalc.pytorch.training.config import Config
from shapecalc.pytorch.training.results import Epoch, Training, columns
from shapecalc.pytorch.training.run_lock import locked
from shapecalc.pytorch.training.samples.labelled import Goal, Samples
from shapecalc.pytorch.training.state import TrainingState, read_state, write_state

#: The files in the folder.
CONFIG, METRICS, METRICS_TABLE = "config.json", "metrics.jsonl", "metrics.csv"
MODEL, STATE, SOURCE, SIZING = "model.safetensors", "state.safetensors", "net.py", "sizing.txt"
CURVES, CONFUSION, BATCH = "curves", "confusion", "batch.png"


#: Those that a training writes, besides the files of its figures.
_TEXTS_AND_TENSORS = (CONFIG, METRICS, METRICS_TABLE, MODEL, STATE, SOURCE, SIZING)
_FILES = (*_TEXTS_AND_TENSORS, BATCH, *(f"{name}.{kind}" for name in (CURVES, CONFUSION) for kind in ("svg", "png")))


def refuse_run(folder: str | Path) -> None:
    """Refuse a folder in which a training would replace something.

    Raises:
        SpecError: it holds a training, or another file of the name of one of a run.
        ShapecalcError: it may not be read.
    """
    folder = Path(folder)
    try:
        files = [name for name in _FILES if (folder / name).exists()]
    except OSError as error:
        raise ShapecalcError(f"Cannot read the folder {folder}: {error.strerror}.") from None
    if not files:
        return
    choice = "choose another folder (--out), or replace it (--overwrite)"
    if {CONFIG, STATE} <= {*files}:
        way = f"go on with it (shapecalc train --from {shlex.quote(str(folder))}), "
        raise SpecError(f"{folder} holds a training already; {way}{choice}.")
    raise SpecError(f"A training would replace {folder / files[0]}; {choice}.")


@final
class RunFolder:
    """The folder of a training."""

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)

    @contextmanager
    def claimed(self) -> Iterator[None]:
        """Make the folder, and keep every other training out of it; one that stays empty goes again.

        Raises:
            ShapecalcError: it cannot be made, or another training writes into it.
        """
        is_new = not self.folder.exists()
        make_folder(self.folder)
        try:
            with locked(self.folder):
                yield
        finally:
            if is_new:
                with suppress(OSError):  # it holds something
                    self.folder.rmdir()

    @property
    def weights(self) -> Path:
        """The file of the best weights."""
        return self.folder / MODEL

    @property
    def has_state(self) -> bool:
        """Whether there is something to go on from."""
        return (self.folder / STATE).is_file()

    def begin(self, config: Config, net: Net) -> None:
        """Write what is known before the first step; all files of an earlier training go."""
        try:
            self.remove_leftovers()
            for name in _FILES:
                (self.folder / name).unlink(missing_ok=True)
        except OSError as error:
            raise ShapecalcError(f"Cannot write into {self.folder}: {error.strerror}.") from None
        self.write_config(config)
        self._write(SOURCE, emit(net))
        self._write(SIZING, f"{measure(net, batch=config.settings.batch_size)}\n")

    def write_config(self, config: Config) -> None:
        """Write what the training was asked."""
        self._write(CONFIG, config.model_dump_json(indent=2) + "\n")

    def remove_leftovers(self) -> None:
        """Remove the files that a killed process wrote aside."""
        for name in _FILES:
            for path in self.folder.glob(f".{name}.*"):
                path.unlink(missing_ok=True)

    def write_state(self, state: TrainingState) -> None:
        """Write the state, and the metrics of the epochs that it has done."""
        write_state(state, self.folder / STATE)

    def write_metrics(self, history: Sequence[Epoch], goal: Goal) -> None:
        """Write one line for each epoch, as JSON and as a table."""
        rows = [epoch.as_dict(goal) for epoch in history]
        self._write(METRICS, "".join(json.dumps(row) + "\n" for row in rows))
        table = io.StringIO()
        writer = csv.DictWriter(table, columns(goal), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        self._write(METRICS_TABLE, table.getvalue())

    def write_weights(self, module: NetModule, metadata: dict[str, str]) -> None:
        """Write the module's weights, with what they are for."""
        save_weights(module, self.weights, metadata)

    def write_figures(self, training: Training) -> None:
        """Draw how a training went, and which classes were taken for which."""
        figures = {CURVES: draw_curves(training)}
        if training.scores.confusion:
            figures[CONFUSION] = draw_confusion(training)
        for name, contents in figures.items():
            for kind, content in contents.items():
                write_atomically(self.folder / f"{name}.{kind}", content)

    def write_batch(self, content: bytes) -> None:
        """Write the contact sheet of a batch."""
        write_atomically(self.folder / BATCH, content)

    def read_config(self) -> Config:
        """What the training in this folder was asked.

        Raises:
            SpecError: the folder has no such file, or it is damaged.
        """
        path = self.folder / CONFIG
        return validate_model(from_json(read_text(path), str(path)), Config, str(path))

    def read_state(self) -> TrainingState:
        """The last state.

        Raises:
            SpecError: there is none, or the file is damaged.
        """
        path = self.folder / STATE
        if not path.exists():
            raise SpecError(
                f"{self.folder} has no state to go on from ({STATE}); begin the training again, with --overwrite."
            )
        return read_state(path)

    def _write(self, name: str, text: str) -> None:
        write_atomically(self.folder / name, text.encode())


def weights_metadata(samples: Samples, about: dict[str, Any]) -> dict[str, str]:
    """What the weights file says of its training besides the net."""
    return {"data": samples.name, "goal": samples.goal.value, "names": json.dumps(samples.names), **about}
