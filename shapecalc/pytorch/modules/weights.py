"""Trained weights in a file: safetensors, a format that holds numbers and text and nothing that could run."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, save_model

from shapecalc.errors import ShapecalcError, SpecError
from shapecalc.formats import dumps, spec_of
from shapecalc.formats.document.loading import loads
from shapecalc.layers import shape_text
from shapecalc.pytorch.modules.building import NetModule, build


def save_weights(module: NetModule, path: Path, metadata: Mapping[str, str]) -> None:
    """Write the weights of a module into a file, with its net and further metadata.

    Raises:
        ShapecalcError: the file cannot be written.
    """
    net = module.net
    about = {
        "spec": spec_of(net),
        "input_shape": shape_text(next(iter(net.inputs.values()))),
        "net": dumps(net),
        **metadata,
    }
    try:
        save_model(module, str(path), about)
    except (OSError, SafetensorError) as error:
        raise ShapecalcError(f"Cannot write into {path.parent}: {error}.") from None


def load_trained(path: str | Path) -> NetModule:
    """The trained net in a weights file, as a module in eval mode; the file also contains the net.

    Raises:
        SpecError: the file cannot be read, was not written by a training, or lacks weights that its net needs.
    """
    if Path(path).exists() and not (Path(path).is_file() or Path(path).is_dir()):
        raise SpecError(f"Cannot read weights from {path}: Not a regular file.")  # a pipe may never end
    try:
        with safe_open(path, framework="pt") as file:
            about = file.metadata() or {}
        tensors = load_file(path)
    except (OSError, SafetensorError) as error:
        raise SpecError(f"Cannot read weights from {path}: {error}.") from None
    if "net" not in about:
        raise SpecError(f"{path} does not say which net its weights are for; shapecalc train writes such files.")
    module = build(loads(about["net"], origin=str(path)), device="meta")  # no more memory than the file itself takes
    try:
        module.load_state_dict(tensors, assign=True)
    except RuntimeError:
        raise SpecError(f"{path} does not hold the weights that its own net needs; it was changed.") from None
    return module.eval()
