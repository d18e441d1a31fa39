"""A trained net with what its file says of it: what it gives, the names, and the normalisation."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, final

from pydantic import BaseModel, ConfigDict, Field
from torch import Tensor

from shapecalc.errors import SpecError, check_type
from shapecalc.formats.document.files import from_json, validate_model
from shapecalc.layers import Shape, shape_text
from shapecalc.measures.sizes import walk
from shapecalc.pytorch.modules.building import NetModule
from shapecalc.pytorch.modules.weights import load_trained, read_metadata
from shapecalc.pytorch.training.run_folder import MODEL
from shapecalc.pytorch.training.samples.labelled import Goal
from shapecalc.pytorch.training.samples.normalisation import Normalisation

_Finite = Annotated[float, Field(allow_inf_nan=False)]


class Channels(BaseModel):
    """The normalisation as a weights file has it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    mean: tuple[_Finite, ...]
    std: tuple[Annotated[_Finite, Field(gt=0)], ...]


class Purpose(BaseModel):
    """What a weights file says of its net besides the layers."""

    model_config = ConfigDict(frozen=True)

    goal: Goal
    names: tuple[str, ...]
    normalisation: Channels


@final
@dataclass(frozen=True, slots=True, eq=False)
class Trained:
    """A trained net, ready for samples as they are read.

    Attributes:
        path: the weights file.
        module: the net, in eval mode.
        goal: what it gives for a sample.
        names: the names of its classes or labels; of values, none.
        normalisation: that of its training.
        shape: the shape of a sample.
    """

    path: Path
    module: NetModule
    goal: Goal
    names: tuple[str, ...]
    normalisation: Normalisation
    shape: Shape

    def __call__(self, samples: Tensor) -> Tensor:
        """The first output for a batch of samples that are not normalised yet."""
        output = self.module(self.normalisation(samples))
        first: Tensor = output[0] if isinstance(output, tuple) else output
        return first


def open_trained(run: str | Path) -> Trained:
    """The net of a training.

    Args:
        run: the folder of the run, or a weights file.

    Raises:
        SpecError: there is none, or the file was not written by a training or was changed.
    """
    check_type("run", run, (str, Path), "the folder of a run")
    path = Path(run) / MODEL if Path(run).is_dir() else Path(run)
    module = load_trained(path)
    about: dict[str, Any] = dict(read_metadata(path))
    for key in ("names", "normalisation"):
        about[key] = from_json(about[key], f"{path}: {key}") if key in about else None
    purpose = validate_model({key: about.get(key) for key in Purpose.model_fields}, Purpose, str(path))
    (shape,) = _one_input(path, module).values()
    normalisation = Normalisation(purpose.normalisation.mean, purpose.normalisation.std)
    _check(path, module, purpose, shape)
    return Trained(path, module, purpose.goal, purpose.names, normalisation, shape)


def _one_input(path: Path, module: NetModule) -> dict[str, Shape]:
    if len(module.net.inputs) != 1:
        raise SpecError(f"The net of {path} has {len(module.net.inputs)} inputs, so no training wrote it.")
    return dict(module.net.inputs)


def _check(path: Path, module: NetModule, purpose: Purpose, shape: Shape) -> None:
    """Refuse names and a normalisation that are not those of the net.

    Raises:
        SpecError: with the numbers.
    """
    output = {**module.net.inputs, **{node.name: out for node, _, _, out in walk(module.net)}}[module.net.outputs[0]]
    if purpose.goal is not Goal.VALUES and output != (len(purpose.names),):
        raise SpecError(f"{path} has {len(purpose.names)} names, but its net gives {shape_text(output)}.")
    for values in (purpose.normalisation.mean, purpose.normalisation.std):
        if len(values) != shape[0]:
            raise SpecError(f"{path} normalises {len(values)} channels, but its net takes {shape_text(shape)}.")
