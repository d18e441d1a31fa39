"""Trained weights in a file: safetensors, which holds numbers and text and nothing that could run."""

from __future__ import annotations

import json
from pathlib import Path

from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, save_model

from shapecalc.errors import ShapecalcError, SpecError
from shapecalc.formats import dumps, spec_of
from shapecalc.formats.document.loading import loads
from shapecalc.layers import shape_text
from shapecalc.pytorch.modules.building import NetModule, build
from shapecalc.pytorch.training.loop import Training

#: The files that a training leaves in its folder.
WEIGHTS, HISTORY = "weights.safetensors", "history.json"


def folder_for(out: str | Path | None) -> Path | None:
    """The folder to write into, made before the work rather than after it."""
    if out is None:
        return None
    folder = Path(out)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as refused:
        raise ShapecalcError(f"Cannot make the folder {folder}: {refused.strerror}.") from None
    return folder


def write(training: Training, module: NetModule, folder: Path) -> None:
    """The weights, with the net that they belong to, and the history."""
    about = {
        "spec": spec_of(training.net),
        "input_shape": shape_text(next(iter(training.net.inputs.values()))),
        "net": dumps(training.net),
        "data": training.data,
        "test_accuracy": repr(training.accuracy),
    }
    try:
        save_model(module, str(folder / WEIGHTS), about)
        (folder / HISTORY).write_text(json.dumps(training.as_dict(), indent=2) + "\n", encoding="utf-8")
    except (OSError, SafetensorError) as refused:
        raise ShapecalcError(f"Cannot write into {folder}: {refused}.") from None


def load_trained(path: str | Path) -> NetModule:
    """The trained net of a weights file as a module in eval mode; the file says which net it is.

    Raises:
        SpecError: the file cannot be read, was not written by a training, or does not hold what its net needs.
    """
    try:
        with safe_open(path, framework="pt") as file:
            about = file.metadata() or {}
        tensors = load_file(path)
    except (OSError, SafetensorError) as refused:
        raise SpecError(f"Cannot read weights from {path}: {refused}.") from None
    if "net" not in about:
        raise SpecError(f"{path} does not say which net its weights are for; shapecalc train writes such files.")
    module = build(loads(about["net"], where=str(path)), device="meta")  # no more memory than the file itself takes
    try:
        module.load_state_dict(tensors, assign=True)
    except RuntimeError:
        raise SpecError(f"{path} does not hold the weights that its own net needs; it was changed.") from None
    return module.eval()
