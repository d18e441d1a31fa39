"""What a training was asked, as its folder's config.json holds it, and the plain values of its state."""

from __future__ import annotations

import platform
from dataclasses import fields
from typing import Annotated, Any, Literal

import torch
from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, field_validator, model_validator

from shapecalc.formats import dumps
from shapecalc.net import Net
from shapecalc.pytorch.training.results import Epoch
from shapecalc.pytorch.training.samples.labelled import Samples
from shapecalc.pytorch.training.settings import LARGEST, Settings


class Place(BaseModel):
    """Where a training ran: on the same place, going on gives the same bytes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    torch: str
    device: str
    processes: Annotated[int, Field(ge=1, le=LARGEST)]
    threads: Annotated[int, Field(ge=1, le=LARGEST)]
    machine: str


class Config(BaseModel):
    """What a training was asked.

    Attributes:
        version: of this format.
        net: the net as YAML.
        data: the name or the path of the data set; "" for samples that were made in a program.
        fingerprint: of the data set, so that a training does not go on with other samples.
        settings: the settings.
        place: where it ran.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: Literal[1] = 1
    net: str
    data: str
    fingerprint: str
    settings: Settings
    place: Place


Count = Annotated[int, Field(ge=0, lt=1 << 62)]


class Progress(BaseModel):
    """The plain values of a state, as a file must hold them."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    steps: Count
    steps_of_epoch: Count
    samples_of_epoch: Count
    loss_sum: FiniteFloat
    history: list[dict[str, int | FiniteFloat]]
    optimizer: list[dict[str, Any]]
    schedule: dict[str, Any]
    scaler: dict[str, Any]

    @field_validator("history")
    @classmethod
    def _epochs(cls, history: list[dict[str, int | float]]) -> list[dict[str, int | float]]:
        names = {each.name for each in fields(Epoch)}
        if any(set(epoch) != names or not isinstance(epoch["steps"], int) for epoch in history):
            raise ValueError("an epoch lacks a value")
        if [epoch["number"] for epoch in history] != [*range(1, len(history) + 1)]:
            raise ValueError("an epoch is missing")
        return history

    @model_validator(mode="after")
    def _adds_up(self) -> Progress:
        before = self.history[-1]["steps"] if self.history else 0
        if before + self.steps_of_epoch != self.steps or (self.samples_of_epoch > 0) != (self.steps_of_epoch > 0):
            raise ValueError("the steps do not add up")
        return self


def config_of(net: Net, samples: Samples, settings: Settings, place: Place) -> Config:
    """What a training is asked."""
    return Config(
        net=dumps(net), data=samples.origin, fingerprint=samples.fingerprint(), settings=settings, place=place
    )


def moved(began: Place, now: Place) -> str:
    """What to say where a training goes on in another place than it began; "" in the same."""
    before, after = began.model_dump(), now.model_dump()
    changes = [f"{name} {after[name]} instead of {before[name]}" for name in before if before[name] != after[name]]
    if not changes:
        return ""
    return f"The training goes on in another place ({', '.join(changes)}), so it may not end in the same bits."


def this_place(device: torch.device, processes: int) -> Place:
    """Where this process runs."""
    name = torch.cuda.get_device_name(device) if device.type == "cuda" else device.type
    return Place(
        torch=torch.__version__,
        device=name,
        processes=processes,
        threads=torch.get_num_threads(),
        machine=platform.machine(),
    )
