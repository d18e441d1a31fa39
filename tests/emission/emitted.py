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
    """Where the emitted module differs from the built one: keys in order, shapes, each bit of outputs and gradients."""
    _, emitted, built = pair(net, device)
    kinds = []
    if [*emitted.state_dict()] != [*built.state_dict()]:
        kinds.append("keys")
    inputs = example_inputs(net, 2, device=device)
    left, right = outputs(emitted, inputs), outputs(built, inputs)
    if [tensor.shape for tensor in left] != [tensor.shape for tensor in right]:
        kinds.append("shapes")
    elif device != "meta" and not all(map(equal, left, right)):
        kinds.append("numbers")
    elif device != "meta" and not _same_gradients(gradients(emitted, inputs), gradients(built, inputs)):
        kinds.append("gradients")
    return kinds


def gradients(module: nn.Module, inputs: tuple[Tensor, ...]) -> dict[str, Tensor]:
    """The gradients of the squares of what a module gives, of each weight and each input of real numbers."""
    sources = {f"input {place}": value.clone() for place, value in enumerate(inputs)}
    for source in sources.values():
        source.requires_grad_(source.is_floating_point())
    result = module(*sources.values())
    values = [value for value in (result if isinstance(result, tuple) else (result,)) if value.requires_grad]
    if not values:
        return {}
    torch.stack([value.square().sum() for value in values]).sum().backward()
    leaves = [*module.named_parameters(), *sources.items()]
    return {name: leaf.grad for name, leaf in leaves if leaf.grad is not None}


def _same_gradients(left: dict[str, Tensor], right: dict[str, Tensor]) -> bool:
    return left.keys() == right.keys() and all(equal(left[name], right[name]) for name in left)


def equal(left: Tensor, right: Tensor) -> bool:
    """Whether two tensors have the same bits; not-a-number equals itself."""
    return torch.equal(left.nan_to_num(nan=7.25), right.nan_to_num(nan=7.25))


def unformatted(folder: Path) -> str:
    """What ruff would change in the files of a folder."""
    return subprocess.run([*FORMATTER, str(folder)], capture_output=True, text=True, check=False).stdout  # noqa: S603
