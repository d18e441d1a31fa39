"""The state of a training in one file, from which it goes on as if it had never stopped.

The file is safetensors: the weights, the best weights and the optimizer's tensors, with everything else as JSON in its
header. It is written aside and renamed, so that the last good state survives whatever happens to a later one.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, final

import torch
from safetensors import SafetensorError
from safetensors.torch import load
from torch import Tensor, nn
from torch.optim import Optimizer

from shapecalc.errors import SpecError
from shapecalc.formats.text.files import open_regular, reason_of
from shapecalc.formats.writing import write_atomically
from shapecalc.pytorch.modules.tensor_files import LENGTH, tensor_bytes
from shapecalc.pytorch.training.config import Progress
from shapecalc.pytorch.training.optimisation import first_state, moving_values

#: The header's key under which the JSON lies.
_KEY = "training"


@final
@dataclass(frozen=True, slots=True, eq=False)
class TrainingState:
    """Everything that a training needs to go on.

    Attributes:
        tensors: the weights ("model."), the best weights ("best.") and the optimizer's tensors ("optimizer.").
        progress: plain values: steps, losses, history, rates, and where it ran.
    """

    tensors: dict[str, Tensor]
    progress: dict[str, Any]

    def part(self, name: str) -> dict[str, Tensor]:
        """The tensors whose names begin with the given word and a dot, without it."""
        return {
            key.removeprefix(f"{name}."): value for key, value in self.tensors.items() if key.startswith(f"{name}.")
        }


def write_state(state: TrainingState, path: Path) -> None:
    """Write a state, atomically.

    Raises:
        ShapecalcError: the file cannot be written; what was there before is intact.
    """
    write_atomically(path, tensor_bytes(state.tensors, {_KEY: json.dumps(state.progress)}))


def read_state(path: Path) -> TrainingState:
    """The state in a file; nothing is unpickled.

    Raises:
        SpecError: it cannot be read, or no training wrote it.
    """
    try:
        with open_regular(path) as file:
            content = file.read()
        end = LENGTH + int.from_bytes(content[:LENGTH], "little")
        header = json.loads(content[LENGTH:end])
        progress = json.loads(header["__metadata__"][_KEY])
        Progress.model_validate(progress)
        return TrainingState(load(content), progress)
    except OSError as error:
        raise SpecError(f"Cannot read {path}: {reason_of(error)}.") from None
    except (SafetensorError, ValueError, KeyError, TypeError, RecursionError):
        raise SpecError(f"{path} is damaged, or no state of a training.") from None


def optimizer_tensors(optimizer: Optimizer) -> dict[str, Tensor]:
    """The tensors that an optimizer keeps, by the place of their parameter."""
    state = optimizer.state_dict()["state"]
    return {
        f"optimizer.{index}.{key}": value
        for index, values in state.items()
        for key, value in values.items()
        if isinstance(value, Tensor)
    }


def optimizer_groups(optimizer: Optimizer) -> list[dict[str, Any]]:
    """The plain settings of an optimizer's groups, rates included."""
    groups = optimizer.state_dict()["param_groups"]
    return [{key: value for key, value in group.items() if key != "params"} for group in groups]


def restore_optimizer(
    optimizer: Optimizer, tensors: Mapping[str, Tensor], groups: list[dict[str, Any]], path: Path
) -> None:
    """Give an optimizer the tensors and settings of a state.

    Raises:
        SpecError: they are those of another net, or of another optimizer.
    """
    content = optimizer.state_dict()
    weights = [weight for group in optimizer.param_groups for weight in group["params"]]
    state: dict[int, dict[str, Tensor]] = {}
    for name, value in tensors.items():
        index, _, key = name.partition(".")
        if not index.isdecimal() or int(index) >= len(weights):
            raise SpecError(f"{path} holds the state of another net.")
        state.setdefault(int(index), {})[key] = value
    for place, kept in state.items():
        if _tensor_kinds(kept) != _tensor_kinds(first_state(optimizer, weights[place])):
            raise SpecError(f"{path} holds the state of another net.")
    content["state"] = state
    if len(groups) != len(content["param_groups"]):
        raise SpecError(f"{path} holds the state of another net.")
    for group, settings in zip(content["param_groups"], groups, strict=True):
        values = {key: tuple(value) if isinstance(value, list) else value for key, value in settings.items()}
        _check_kinds(values, {key: value for key, value in group.items() if key != "params"}, path)
        if not all(math.isfinite(value) for value in values.values() if isinstance(value, float)):
            raise SpecError(f"{path} is damaged, or no state of a training.")
        group.update(values)
    optimizer.load_state_dict(content)


def restore_schedule(schedule: Any, values: Mapping[str, Any], moves: int, path: Path) -> None:
    """Give a schedule its place after so many moves.

    Raises:
        SpecError: the values are those of another schedule, or of another place.
    """
    _check_kinds(values, moving_values(schedule), path)
    if values["last_epoch"] != moves:
        raise SpecError(f"{path} is damaged, or no state of a training.")
    schedule.load_state_dict(dict(values))


def _check_kinds(values: Mapping[str, Any], expected: Mapping[str, Any], path: Path) -> None:
    """Refuse values of a state that do not belong to what they are for.

    Raises:
        SpecError: there are others than expected, or some of another type.
    """
    kinds, expected_kinds = ({key: type(value) for key, value in each.items()} for each in (values, expected))
    if kinds != expected_kinds:
        raise SpecError(f"{path} holds the state of another net.")


def restore_module(module: nn.Module, tensors: Mapping[str, Tensor], path: Path) -> None:
    """Give a module the weights of a state.

    Raises:
        SpecError: they are those of another net.
    """
    check_weights(tensors, module, path)
    module.load_state_dict(dict(tensors))


def check_weights(tensors: Mapping[str, Tensor], module: nn.Module, path: Path) -> None:
    """Refuse weights that are not a module's, by name, shape and type of number, which torch would convert.

    Raises:
        SpecError: they are those of another net.
    """
    if _tensor_kinds(tensors) != _tensor_kinds(module.state_dict()):
        raise SpecError(f"{path} holds the weights of another net.")


def _tensor_kinds(tensors: Mapping[str, Tensor]) -> dict[str, tuple[torch.Size, torch.dtype]]:
    return {name: (tensor.shape, tensor.dtype) for name, tensor in tensors.items()}
