"""What a training works with, made from its settings for the device and the processes that it finds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from accelerate import Accelerator
from accelerate.state import AcceleratorState
from accelerate.utils import DistributedDataParallelKwargs

from shapecalc.errors import SpecError
from shapecalc.layers.norm import BatchNorm
from shapecalc.measures import Report
from shapecalc.measures.warnings import single_norms
from shapecalc.pytorch.modules.building import NetModule, build
from shapecalc.pytorch.training.adapting import own_shape
from shapecalc.pytorch.training.augmentation import make_augmentation
from shapecalc.pytorch.training.config import Place, this_place
from shapecalc.pytorch.training.determinism import deterministic
from shapecalc.pytorch.training.freezing import Freezing, freezing_of, parameter_groups
from shapecalc.pytorch.training.loop import Equipment
from shapecalc.pytorch.training.measuring import Evaluator
from shapecalc.pytorch.training.memory import MemoryWatch
from shapecalc.pytorch.training.objective import Objective
from shapecalc.pytorch.training.optimisation import make_optimizer, make_schedule
from shapecalc.pytorch.training.processes import processes, shared_anew, synchronise_batch_norm
from shapecalc.pytorch.training.samples.batches import Batching
from shapecalc.pytorch.training.samples.labelled import Samples
from shapecalc.pytorch.training.samples.normalisation import Normalisation, measure_normalisation
from shapecalc.pytorch.training.settings import Settings

#: A step with fewer multiply-accumulates runs in one thread: a second thread saves little, and on a busy processor,
#: threads that wait for each other made the training of the how-to page ten times slower.
SMALL_STEP = 10**8


@contextmanager
def prepared(
    report: Report, samples: Samples, settings: Settings, began: Place | None = None
) -> Iterator[tuple[Equipment, Place]]:
    """What a training works with, on this machine; what it changes in torch is restored afterwards.

    Args:
        report: the measures of the net.
        samples: the data set.
        settings: the settings.
        began: where the training began, if it goes on.
    """
    device = processes().device
    settings = _resolved(settings, samples, device)
    precision = {"fp32": "no"}.get(settings.precision, settings.precision)
    # weights that are frozen at first have no gradient then, which processes must expect
    sharing = DistributedDataParallelKwargs(find_unused_parameters=settings.unfreeze_after > 0)
    accelerator = Accelerator(mixed_precision=precision, cpu=device.type == "cpu", kwargs_handlers=[sharing])
    try:
        with _separate_randomness(device), _few_threads(report, settings), deterministic(report.net, settings, device):
            torch.manual_seed(settings.seed)
            place = this_place(device, accelerator.num_processes)
            yield _equip(accelerator, report, samples, settings, began or place), place
            accelerator.free_memory()
    finally:
        AcceleratorState._reset_state()  # noqa: SLF001  the only way to train with another precision later


def _resolved(settings: Settings, samples: Samples, device: torch.device) -> Settings:
    """The settings with what this device suggests in place of "auto" and None.

    Raises:
        SpecError: the device has no such precision.
    """
    on_gpu = device.type == "cuda"
    precision = ("bf16" if on_gpu else "fp32") if settings.precision == "auto" else settings.precision
    if precision == "fp16" and device.type == "cpu":
        raise SpecError("--precision fp16 needs a GPU; on the CPU try bf16, or fp32.")
    last = on_gpu and len(samples.shape) == 3 if settings.channels_last is None else settings.channels_last
    return settings.model_copy(update={"precision": precision, "channels_last": last})


def _equip(accelerator: Accelerator, report: Report, samples: Samples, settings: Settings, began: Place) -> Equipment:
    module = build(report.net)
    watch = MemoryWatch(accelerator.device)
    normalisation: Normalisation = measure_normalisation(samples, own_shape(module.net))
    objective = Objective(samples.goal, settings.label_smoothing, settings.auxiliary_weight)
    least = 2 if any(isinstance(row.layer, BatchNorm) for row in report) else 1
    batching = Batching(
        samples.train, settings.batch_size, settings.accumulate, accelerator.num_processes, least, settings.seed
    )
    batching = shared_anew(batching, began)
    synchronise_batch_norm(module, accelerator, settings)
    if settings.channels_last:
        module.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # torch's stubs lack it
    if settings.compile:
        module.compile()
    freezing = freezing_of(module, settings)
    if min(batching.batch_size, len(batching.positions)) == 1:
        _refuse_single_values(report, module, freezing)
    optimizer = make_optimizer(parameter_groups(module, settings), settings)
    schedule = make_schedule(optimizer, settings, settings.total_steps(batching.steps))
    if not freezing.epochs:
        freezing.hold(1)  # before processes agree on whose gradients they share
    model, prepared = accelerator.prepare(module, optimizer)
    evaluator = Evaluator(accelerator, samples, normalisation, objective, settings.batch_size, settings.workers)
    augmentation = make_augmentation(settings.augment, samples, own_shape(module.net))
    return Equipment(
        accelerator,
        module,
        model,
        prepared,
        schedule,
        samples,
        normalisation,
        objective,
        batching,
        evaluator,
        settings,
        watch,
        freezing,
        augmentation,
    )


def _refuse_single_values(report: Report, module: NetModule, freezing: Freezing) -> None:
    """Refuse batches of one sample where they leave a batch norm that learns a single value of each channel.

    Raises:
        SpecError: naming the layer.
    """
    for name in single_norms(report, in_training=True):
        if freezing.epochs or module.part(name) not in freezing.modules:
            raise SpecError(
                f"{name} takes a mean and a spread of each channel over the batch, and a batch of 1 sample has "
                "a single value of each there. Try --batch-size 2 or more, or freeze it."
            )


@contextmanager
def _separate_randomness(device: torch.device) -> Iterator[None]:
    """Restores the random state of the caller, on the processor and on the device."""
    with torch.random.fork_rng([device] if device.type == "cuda" else []):
        yield


@contextmanager
def _few_threads(report: Report, settings: Settings) -> Iterator[None]:
    """One thread for a small net; the number of threads is restored afterwards."""
    before = torch.get_num_threads()
    if isinstance(report.macs, int) and report.macs * settings.batch_size < SMALL_STEP:
        torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
