"""The folder of a training: its weights and its history."""

from __future__ import annotations

import json
from pathlib import Path

from shapecalc.errors import ShapecalcError
from shapecalc.pytorch.modules.building import NetModule
from shapecalc.pytorch.modules.weights import save_weights
from shapecalc.pytorch.training.results import Training

#: The files in the folder.
WEIGHTS, HISTORY = "weights.safetensors", "history.json"


def make_folder(out: str | Path | None) -> Path | None:
    """Create the folder before the training rather than after it; None for no folder.

    Raises:
        ShapecalcError: it cannot be made.
    """
    if out is None:
        return None
    folder = Path(out)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ShapecalcError(f"Cannot make the folder {folder}: {error.strerror}.") from None
    return folder


def write_run(training: Training, module: NetModule, folder: Path) -> None:
    """Write the weights and the history.

    Raises:
        ShapecalcError: a file cannot be written.
    """
    metadata = {"data": training.data, "test_accuracy": repr(training.accuracy)}
    save_weights(module, folder / WEIGHTS, metadata)
    try:
        (folder / HISTORY).write_text(json.dumps(training.as_dict(), indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise ShapecalcError(f"Cannot write into {folder}: {error}.") from None
