"""Weights of an earlier training, or of torchvision, as the first weights of another."""

from __future__ import annotations

import pickle
import warnings
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, final

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file
from torch import Tensor

from shapecalc.errors import SpecError
from shapecalc.formats.text.files import open_regular, reason_of
from shapecalc.formats.text.shapes import read_shape
from shapecalc.layers import Shape, shape_text
from shapecalc.page import visible
from shapecalc.pytorch.modules.building import NetModule
from shapecalc.pytorch.modules.weights import check_header
from shapecalc.pytorch.training.run_folder import MODEL

#: Files of torch.save. They are the only ones that are unpickled, by torch's own reader of tensors alone.
_PICKLES = (".pth", ".pt")
#: The keys under which such a file may hold the weights beside other things.
_INNER = ("state_dict", "model", "model_state_dict")
#: The most tensors that a message names, and the most of a name.
_SHOWN, _NAME = 8, 60
#: An input this many times as large or small as the one trained at is worth a warning.
_FAR = 2


@final
@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """What a file of weights holds.

    Attributes:
        path: the file.
        tensors: by name.
        input_shape: the shape of the input that they were trained at; () where the file does not say.
    """

    path: Path
    tensors: Mapping[str, Tensor]
    input_shape: Shape = ()


def read_weights(place: str | Path) -> Weights:
    """The weights in a file, or in the folder of a training.

    Safetensors hold numbers and text only. A ``.pth`` or ``.pt`` is read by torch's restricted reader
    (``weights_only``), which makes tensors and refuses everything else.

    Raises:
        SpecError: there are none, or they cannot be read.
    """
    path = Path(place)
    path = path / MODEL if path.is_dir() else path
    if not path.exists():
        raise SpecError(f"There are no weights in {path}; give a file, or the folder of a training.")
    try:
        open_regular(path).close()
        return _read_pickle(path) if path.suffix.lower() in _PICKLES else _read_safetensors(path)
    except (OSError, SafetensorError) as error:
        raise SpecError(f"Cannot read weights from {path}: {reason_of(error)}.") from None


def _read_safetensors(path: Path) -> Weights:
    check_header(path)
    with safe_open(path, framework="pt") as file:
        about = file.metadata() or {}
    shape = read_shape(about["input_shape"]) if "input_shape" in about else ()
    return Weights(path, load_file(path), shape)


def _read_pickle(path: Path) -> Weights:
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            size = sum(member.file_size for member in archive.infolist())
        if size > path.stat().st_size:
            raise SpecError(f"{path} is compressed: it holds {size:,} bytes. torch.save writes no such file.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of other versions of the format
            content = torch.load(path, map_location="cpu", weights_only=True)
    except (pickle.UnpicklingError, RuntimeError, EOFError, ValueError, TypeError, LookupError, AttributeError):
        raise SpecError(
            f"{path} is damaged, or holds more than weights; nothing of it was executed. Save the weights alone: "
            "torch.save(module.state_dict(), path)."
        ) from None
    return Weights(path, _plain_tensors(path, content))


def _plain_tensors(path: Path, content: Any) -> dict[str, Tensor]:
    """The tensors of a state_dict, which may lie under a key of a larger one."""
    inner = next((content[key] for key in _INNER if isinstance(content, dict) and key in content), content)
    if not isinstance(inner, dict):
        raise SpecError(f"{path} holds no weights by name, but a {type(inner).__name__}.")
    return {
        str(name): tensor.detach()
        for name, tensor in inner.items()
        if isinstance(tensor, Tensor) and tensor.layout is torch.strided and tensor.device.type == "cpu"
    }


@torch.no_grad()
def load_fitting(module: NetModule, weights: Weights, anew: frozenset[str]) -> tuple[str, ...]:
    """Give a module the weights that fit by name, shape and kind of number.

    Args:
        module: the net.
        weights: what a file holds.
        anew: the names of layers that begin with random weights all the same.

    Returns:
        Sentences on what was not loaded, and on what the file has no weights for.

    Raises:
        SpecError: nothing fits, or weights that fit are not finite.
    """
    expected = module.state_dict()
    replaced = [name for name in expected if name.rpartition(".")[0] in anew or name in anew]
    fitting: list[str] = []
    leftovers: list[str] = []
    for name, tensor in weights.tensors.items():
        if name in replaced:
            continue
        misfit = _misfit(tensor, expected[name]) if name in expected else "the net has none"
        if misfit:
            leftovers.append(f"{visible(name, _NAME)} ({misfit})")
        else:
            fitting.append(name)
    if not fitting:
        raise SpecError(f"Nothing in {weights.path} fits this net: {_listed(leftovers) or 'it holds no weights'}.")
    for name in fitting:
        if not weights.tensors[name].isfinite().all():
            raise SpecError(f"{weights.path}: {name} holds numbers that are not finite.")
        expected[name].copy_(weights.tensors[name])
    missing = [name for name in expected if name not in weights.tensors and name not in replaced]
    return _sentences(weights.path, len(fitting), leftovers, missing, replaced)


def _misfit(there: Tensor, here: Tensor) -> str:
    """Why a tensor of a file does not stand for one of the net; "" where it does."""
    if there.shape != here.shape:
        sizes = [shape_text(tuple(tensor.shape)) or "a number" for tensor in (there, here)]
    elif there.is_floating_point() != here.is_floating_point():  # complex numbers, or what stands for codes of a table
        sizes = [str(tensor.dtype).removeprefix("torch.") for tensor in (there, here)]
    else:
        return ""
    return "{} there, {} here".format(*sizes)


def _sentences(
    path: Path, loaded: int, leftovers: list[str], missing: list[str], replaced: list[str]
) -> tuple[str, ...]:
    parts = [
        ("left out", leftovers),
        ("random, because the file has none", missing),
        ("random, because the head was replaced", replaced),
    ]
    text = "; ".join(f"{title}: {_listed(names)}" for title, names in parts if names)
    return (f"Of {path}, {loaded} tensors are loaded; {text}.",) if text else ()


def _listed(names: list[str]) -> str:
    ending = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + ending


def far_input(shape: Shape, weights: Weights, declared: Shape) -> str:
    """A sentence where an input is far from the one that weights were trained at; else "".

    Args:
        shape: what the net gets.
        weights: they say what they were trained at, or not.
        declared: the shape that the net itself declares, which stands for that.
    """
    trained = weights.input_shape or declared
    if len(shape) != len(trained) or len(shape) < 2:
        return ""
    pairs = [
        (here, there)
        for here, there in zip(shape[1:], trained[1:], strict=True)
        if isinstance(here, int) and isinstance(there, int)
    ]
    if not any(max(pair) >= _FAR * min(pair) for pair in pairs):
        return ""
    subject = "The weights were trained at" if weights.input_shape else "The net declares"
    return (
        f"{subject} {shape_text(trained)}, and the net now gets {shape_text(shape)}, where things have another size. "
        "Try --adapt, which scales images to the size that a net declares."
    )
