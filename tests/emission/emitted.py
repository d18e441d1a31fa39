"""Emitted source beside the module that is built from the same net."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from shapecalc import Net, emit
from shapecalc.pytorch import build, example_inputs

#: ruff's formatter with its own defaults.
FORMATTER = (sys.executable, "-m", "ruff", "format", "--isolated", "--no-cache", "--quiet", "--diff")


class Pair(NamedTuple):
    """The module that the emitted source defines, and the one that is built, with the same weights."""

    source: str
    emitted: nn.Module
    built: nn.Module


def pair(net: Net, device: str = "cpu") -> Pair:
    """Both modules in eval mode; the emitted one has loaded the weights of the built one."""
    source = emit(net)
    names: dict[str, Any] = {}
    exec(compile(source, "net.py", "exec"), names)  # noqa: S102  our own output
    with torch.device(device):
        emitted: nn.Module = names["Net"]()
    built = build(net, device=device)
    emitted.load_state_dict(built.state_dict(), strict=True, assign=device == "meta")
    return Pair(source, emitted.eval(), built.eval())


def outputs(module: nn.Module, inputs: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
    """What a module gives, as a tuple."""
    with torch.no_grad():
        result = module(*inputs)
    return result if isinstance(result, tuple) else (result,)


def differences(net: Net, device: str = "cpu") -> list[str]:
    """Where the emitted module differs from the built one: keys in order, shapes, and every bit of the outputs."""
    _, emitted, built = pair(net, device)
    found = []
    if [*emitted.state_dict()] != [*built.state_dict()]:
        found.append("keys")
    inputs = example_inputs(net, 2, device=device)
    left, right = outputs(emitted, inputs), outputs(built, inputs)
    if [tensor.shape for tensor in left] != [tensor.shape for tensor in right]:
        found.append("shapes")
    elif device != "meta" and not all(map(equal, left, right)):
        found.append("numbers")
    return found


def equal(left: Tensor, right: Tensor) -> bool:
    """Whether two tensors have the same bits; not-a-number equals itself."""
    return torch.equal(left.nan_to_num(nan=7.25), right.nan_to_num(nan=7.25))


def unformatted(folder: Path) -> str:
    """What ruff would change in the files of a folder."""
    return subprocess.run([*FORMATTER, str(folder)], capture_output=True, text=True, check=False).stdout  # noqa: S603
