"""Several processes that train together: what differs from one, and going on in another number of them."""

from __future__ import annotations

import warnings
from dataclasses import replace

import torch
from accelerate import Accelerator, PartialState
from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm

from shapecalc.errors import SpecError
from shapecalc.pytorch.training.config import Place
from shapecalc.pytorch.training.samples.batches import Batching
from shapecalc.pytorch.training.settings import Settings


def processes() -> PartialState:
    """The processes that train together; on a machine without an accelerator they must be asked for."""
    return PartialState(cpu=not torch.accelerator.is_available())


def is_main_process() -> bool:
    """Whether this process prints and writes, where several processes train together."""
    return bool(processes().is_main_process)


def warn(sentence: str) -> None:
    """Warn once, whatever the number of processes."""
    if sentence and is_main_process():
        warnings.warn(sentence, stacklevel=3)


def synchronise_batch_norm(module: nn.Module, accelerator: Accelerator, settings: Settings) -> None:
    """Let batch norm take its statistics from all processes if the settings say so; else warn that it does not.

    Raises:
        SpecError: the device has no such batch norm.
    """
    count = accelerator.num_processes
    if settings.sync_batch_norm:
        if accelerator.device.type != "cuda":
            raise SpecError(
                f"Batch norm over several processes is only for CUDA, but this is {accelerator.device.type}; leave "
                "--sync-batch-norm out."
            )
        nn.SyncBatchNorm.convert_sync_batchnorm(module)  # type: ignore[no-untyped-call]
    elif count > 1 and any(isinstance(part, _BatchNorm) for part in module.modules()):
        warn(
            f"With {count} processes, batch norm takes its statistics from the samples of one process, "
            f"{settings.batch_size} of a step's {settings.batch_size * count}; on CUDA, --sync-batch-norm takes them "
            "from all."
        )


def shared_anew(batching: Batching, place: Place) -> Batching:
    """The batching where a training that began in another number of processes goes on: its steps stay the same.

    Raises:
        SpecError: the samples of its steps cannot be dealt to these processes.
    """
    if batching.processes == place.processes:
        return batching
    before = replace(batching, processes=place.processes)
    together = batching.batch_size * place.processes
    now = replace(batching, batch_size=max(together // batching.processes, 1))
    if together % batching.processes or now.batch_size < now.least or now.steps != before.steps:
        raise SpecError(
            f"The training began in {place.processes} processes with batches of {batching.batch_size}; its steps "
            f"cannot be dealt to {batching.processes}. Go on with {place.processes}."
        )
    return now
