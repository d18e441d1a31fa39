"""What a training was asked, as its folder's config.json holds it."""

from __future__ import annotations

import platform

import torch
from pydantic import BaseModel, ConfigDict

from shapecalc.formats import dumps
from shapecalc.net import Net
from shapecalc.pytorch.training.samples.labelled import Samples
from shapecalc.pytorch.training.settings import Settings


class Place(BaseModel):
    """Where a training ran: on the same place, going on gives the same bytes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    torch: str
    device: str
    processes: int
    threads: int
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

    version: int = 1
    net: str
    data: str
    fingerprint: str
    settings: Settings
    place: Place


def config_of(net: Net, samples: Samples, settings: Settings, place: Place) -> Config:
    """What a training is asked."""
    return Config(
        net=dumps(net), data=samples.origin, fingerprint=samples.fingerprint(), settings=settings, place=place
    )


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
