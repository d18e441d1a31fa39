"""Trained weights in a file: safetensors, a format that holds numbers and text and nothing that could run."""

from __future__ import annotations

from collections.abc import Mapping
from os import fstat
from pathlib import Path

from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file
from torch import Tensor

from shapecalc.errors import SpecError, check_type
from shapecalc.formats import dumps, spec_of
from shapecalc.formats.document.loading import loads
from shapecalc.formats.text.files import open_regular, reason_of
from shapecalc.formats.writing import write_atomically
from shapecalc.layers import shape_text
from shapecalc.page import visible
from shapecalc.pytorch.modules.building import NetModule, build
from shapecalc.pytorch.modules.tensor_files import LENGTH, tensor_bytes

#: The most bytes that name and describe what a file holds: a net of the largest size, written in JSON.
MAX_HEADER = 8_000_000
#: The most of a tensor's name in a message.
_NAME = 60


def save_weights(module: NetModule, path: Path, metadata: Mapping[str, str]) -> None:
    """Write the weights of a module into a file, with its net and further metadata.

    Raises:
        ShapecalcError: the file cannot be written; what was there before is intact.
    """
    net = module.net
    about = {
        "spec": spec_of(net),
        "input_shape": shape_text(next(iter(net.inputs.values()))),
        "net": dumps(net),
        **metadata,
    }
    write_atomically(path, tensor_bytes(module.state_dict(), about))


def load_trained(path: str | Path) -> NetModule:
    """The trained net in a weights file, as a module in eval mode; the file also contains the net.

    Raises:
        SpecError: the file cannot be read, was not written by a training, or lacks weights that its net needs; a weight
            is not finite or of another number type.
    """
    check_type("path", path, (str, Path), "the path of a weights file")
    about = read_metadata(path)
    try:
        tensors = load_file(path)
    except (OSError, SafetensorError) as error:
        raise SpecError(f"Cannot read weights from {path}: {reason_of(error)}.") from None
    if "net" not in about:
        raise SpecError(f"{path} does not say which net its weights are for; shapecalc train writes such files.")
    module = build(loads(about["net"], origin=str(path)), device="meta")  # no more memory than the file itself takes
    _check_numbers(path, module.state_dict(), tensors)
    try:
        module.load_state_dict(tensors, assign=True)
    except RuntimeError:
        raise SpecError(f"{path} does not hold the weights that its own net needs; it was changed.") from None
    return module.eval()


def read_metadata(path: str | Path) -> dict[str, str]:
    """What a weights file says of its net and its training.

    Raises:
        SpecError: the file cannot be read.
    """
    try:
        check_header(path)
        with safe_open(path, framework="pt") as file:
            return dict(file.metadata() or {})
    except (OSError, SafetensorError) as error:
        raise SpecError(f"Cannot read weights from {path}: {reason_of(error)}.") from None


def check_header(path: str | Path) -> None:
    """Refuse a header that is longer than what a net of the largest size needs.

    Raises:
        OSError: the file cannot be read.
        SpecError: the header is too long.
    """
    with open_regular(Path(path)) as file:
        length = int.from_bytes(file.read(LENGTH), "little")
        size = fstat(file.fileno()).st_size
    if MAX_HEADER < length <= size:  # a length beyond the end is no weights file at all, as safetensors says
        raise SpecError(f"{path} has a header of {length:,} bytes; at most {MAX_HEADER:,} are read.")


def _check_numbers(path: str | Path, expected: Mapping[str, Tensor], tensors: Mapping[str, Tensor]) -> None:
    """Refuse tensors with which a net would compute nothing, or in another number type.

    Raises:
        SpecError: naming the first.
    """
    for name, tensor in tensors.items():
        if name not in expected:
            continue  # refused with the names that are missing
        if tensor.dtype != expected[name].dtype:
            types = [str(each.dtype).removeprefix("torch.") for each in (tensor, expected[name])]
            raise SpecError(f"{path}: {visible(name, _NAME)} holds numbers of type {types[0]}, not {types[1]}.")
        if tensor.is_floating_point() and not tensor.isfinite().all():
            raise SpecError(f"{path}: {visible(name, _NAME)} holds numbers that are not finite.")
