"""Training: accelerate chooses device, precision and processes; the weights with the best validation loss remain."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch

from shapecalc.errors import ShapecalcError, SpecError, check_type
from shapecalc.formats.document.loading import loads
from shapecalc.layers import Shape
from shapecalc.measures import Report
from shapecalc.net import Net
from shapecalc.net.arguments import check_net
from shapecalc.pytorch.modules.building import NetModule, build

try:  # all packages that training needs are imported here, so that a missing one is named in one place
    from accelerate import Accelerator
    from accelerate.state import AcceleratorState
    from accelerate.utils import DistributedDataParallelKwargs

    from shapecalc.pytorch.figures.canvas import missing_matplotlib
    from shapecalc.pytorch.modules.weights import load_trained
    from shapecalc.pytorch.training.adapting import Adapted, adapt_net, adapted_shape, replace_heads
    from shapecalc.pytorch.training.augmentation import make_augmentation
    from shapecalc.pytorch.training.config import Place, config_of, moved, this_place
    from shapecalc.pytorch.training.determinism import deterministic
    from shapecalc.pytorch.training.freezing import freezing_of, parameter_groups
    from shapecalc.pytorch.training.head import check_net_for
    from shapecalc.pytorch.training.loop import Equipment, Fitting
    from shapecalc.pytorch.training.measuring import SCORES, Evaluator
    from shapecalc.pytorch.training.memory import MemoryWatch
    from shapecalc.pytorch.training.objective import Objective
    from shapecalc.pytorch.training.optimisation import make_optimizer, make_schedule
    from shapecalc.pytorch.training.preview import draw_batch
    from shapecalc.pytorch.training.processes import (
        is_main_process,
        processes,
        shared_anew,
        synchronise_batch_norm,
        warn,
    )
    from shapecalc.pytorch.training.results import Training
    from shapecalc.pytorch.training.run_folder import RunFolder, weights_metadata
    from shapecalc.pytorch.training.samples.batches import Batching
    from shapecalc.pytorch.training.samples.labelled import Samples
    from shapecalc.pytorch.training.samples.normalisation import Normalisation, measure_normalisation
    from shapecalc.pytorch.training.samples.opening import open_data
    from shapecalc.pytorch.training.settings import Settings, read_settings
    from shapecalc.pytorch.training.state import TrainingState
    from shapecalc.pytorch.training.transfer import far_input, load_fitting, read_weights
except ModuleNotFoundError as error:
    package = str(error.name).partition(".")[0]
    if package not in {"accelerate", "safetensors", "sklearn", "tqdm"}:
        raise
    raise ShapecalcError(
        f"Training needs {package}, which is not installed. Try pip install 'shapecalc[torch]'."
    ) from None

__all__ = ["is_main_process", "load_trained", "open_data", "resume", "train"]

#: A step with fewer multiply-accumulates runs in one thread: a second thread saves little, and on a busy processor,
#: threads that wait for each other made the training of the how-to page ten times slower.
SMALL_STEP = 10**8


def train(
    net: Net,
    data: str | Samples = "digits",
    *,
    out: str | Path | None = "trained",
    progress: bool = True,
    show_batch: bool = False,
    **settings: Any,
) -> Training:
    """Train a net on samples, and measure it on samples that it has not seen.

    By default AdamW with a one-cycle schedule minimises the loss that belongs to the samples: cross entropy for
    classes. The same seed gives the same result on one machine, and the random state of the caller does not change.

    Args:
        net: the network; it takes one sample and ends in one number (a logit) for each class or label. Its input shape
            is replaced by the shape of the samples.
        data: the name of a data set, or your own, from :func:`shapecalc.pytorch.training.samples.splitting.split`.
        out: the folder of the run; it is created if necessary, and files of an earlier training in it are replaced.
            None writes nothing.
        progress: whether to show a progress bar, if stderr is a terminal.
        show_batch: whether to draw the first batch, as the net sees it, before the training; ``batch.png`` in ``out``.
        settings: the fields of :class:`shapecalc.pytorch.training.settings.Settings`, such as ``epochs=5``.

    Raises:
        ShapeError: the net is not legal for the samples.
        SpecError: it does not end in what the samples ask for, a setting is out of range, or there is no such data set.
        ShapecalcError: torch refuses, the loss stops being a number, or the folder cannot be written.

    Example:
        >>> import shapecalc
        >>> from shapecalc.pytorch import train
        >>> training = train(shapecalc.parse("Flatten() LazyLinear(10)"), epochs=5, out=None)
        >>> training.accuracy > 0.8
        True
    """
    check_net(net)
    check_type("data", data, (str, Samples), "the name of a data set, such as 'digits', or samples")
    check_type("out", out, (str, Path, type(None)), "the path of a folder, or None")
    read = read_settings(settings)
    samples = _opened(data, read) if isinstance(data, str) else data
    weights = read_weights(read.weights) if read.weights else None
    if weights and read.adapt and not _own_shape(net):
        net = net.with_input(weights.input_shape)
    adapted = _adapted(net, samples, read)
    report = check_net_for(adapted.net, samples, own_shape=read.adapt)
    folder = RunFolder(out) if out is not None else None
    if show_batch and not folder:
        raise SpecError("The drawing of a batch needs the folder of the run; give out.")
    with _prepared(report, samples, read) as (tools, place):
        if weights:
            remarks = load_fitting(tools.module, weights, adapted.heads)
            for remark in (*remarks, far_input(_own_shape(tools.module.net), weights, _own_shape(net))):
                warn(remark)
        fitting = Fitting(tools)
        state = fitting.state()  # asked by all processes together
        if folder and is_main_process():
            folder.begin(config_of(report.net, samples, tools.settings, place), report.net)
            folder.write_state(state)
            if show_batch:
                folder.write_batch(draw_batch(tools))
        return _run(fitting, report.net, folder, progress)


def resume(run: str | Path, data: Samples | None = None, *, progress: bool = True) -> Training:
    """Go on with a training from the last state in its folder; it ends as if it had never stopped.

    Args:
        run: the folder of the training.
        data: its samples, where they are your own.
        progress: whether to show a progress bar, if stderr is a terminal.

    Raises:
        SpecError: the folder holds no training, its state is damaged, or the samples are others.
        ShapecalcError: as :func:`train`.
    """
    check_type("run", run, (str, Path), "the path of a folder")
    check_type("data", data, (Samples, type(None)), "samples, or None")
    if not Path(run).is_dir():
        raise SpecError(f"There is no folder {run} to go on from.")
    folder = RunFolder(run)
    config = folder.read_config()
    if data is None and not config.data:
        raise SpecError(f"The samples of {run} were made in a program; give them to resume() as data.")
    samples = data or _opened(config.data, config.settings)
    if samples.fingerprint() != config.fingerprint:
        raise SpecError(f"{samples.name} does not hold the samples that the training in {run} began with.")
    net = loads(config.net, origin=str(folder.folder))
    report = check_net_for(net, samples, own_shape=config.settings.adapt)
    state = folder.read_state()
    if state is None and config.settings.weights:
        raise SpecError(f"The training in {run} ended before it had its first weights; start it again.")
    with _prepared(report, samples, config.settings, config.place) as (tools, place):
        warn(moved(config.place, place))
        if is_main_process():
            folder.remove_leftovers()
        fitting = Fitting(tools)
        if state:
            fitting.restore(state, folder.folder)
        return _run(fitting, report.net, folder, progress)


def _opened(data: str, settings: Settings) -> Samples:
    return open_data(data, image_size=settings.image_size, skip_unreadable=settings.skip_unreadable)


def _adapted(net: Net, samples: Samples, settings: Settings) -> Adapted:
    """The net with the heads and the input shape of the settings."""
    if not settings.replace_head:
        return adapt_net(net, samples) if settings.adapt else Adapted(net)
    if settings.adapt:
        net = net.with_input(adapted_shape(net, samples))
    elif len(net.inputs) == 1:
        net = net.with_input(samples.shape)
    return replace_heads(net, settings.replace_head)


def _own_shape(net: Net) -> Shape:
    """The shape of the first input of a net; () where it declares none."""
    return next(iter(net.inputs.values()), ())


def _run(fitting: Fitting, net: Net, folder: RunFolder | None, progress: bool) -> Training:
    """Train to the end, test once, and write what came of it."""
    tools = fitting.equipment
    writer = folder if is_main_process() else None
    about: dict[str, Any] = {"normalisation": tools.normalisation.as_text()}

    def save(state: TrainingState, is_better: bool) -> None:
        if writer:
            if is_better:
                writer.write_weights(tools.module, weights_metadata(tools.samples, about))
            writer.write_metrics(fitting.history, tools.samples.goal)
            writer.write_state(state)

    fitting.fit(save, progress=progress)
    memory = tools.watch.use(net, tools.samples.facts(), tools.settings)
    scores = tools.evaluator.measure(tools.module, tools.samples.test)
    if writer:
        about[f"test_{SCORES[tools.samples.goal]}"] = repr(scores.score)
        writer.write_weights(tools.module, weights_metadata(tools.samples, about))
    tools.accelerator.wait_for_everyone()  # no process reads the files before they are written
    training = Training(
        net,
        tools.samples.name,
        tools.samples.goal,
        tools.samples.names,
        tools.settings,
        tuple(fitting.history),
        scores,
        len(tools.samples.test),
        folder.weights if folder else None,
        memory,
        missing_matplotlib() if folder else "",
    )
    if writer and not training.remark:
        writer.write_figures(training)
    return training


@contextmanager
def _prepared(
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
            yield _equip(accelerator, build(report.net), samples, settings, began or place), place
            accelerator.free_memory()
    finally:
        AcceleratorState._reset_state()  # noqa: SLF001  the only way to train with another precision later


def _resolved(settings: Settings, samples: Samples, device: torch.device) -> Settings:
    """The settings with what this device suggests in place of "auto" and None."""
    on_gpu = device.type == "cuda"
    precision = ("bf16" if on_gpu else "fp32") if settings.precision == "auto" else settings.precision
    last = on_gpu and len(samples.shape) == 3 if settings.channels_last is None else settings.channels_last
    return settings.model_copy(update={"precision": precision, "channels_last": last})


def _equip(
    accelerator: Accelerator, module: NetModule, samples: Samples, settings: Settings, began: Place
) -> Equipment:
    watch = MemoryWatch(accelerator.device)
    normalisation: Normalisation = measure_normalisation(samples, _own_shape(module.net))
    objective = Objective(samples.goal, settings.label_smoothing, settings.auxiliary_weight)
    least = 2 if any("BatchNorm" in type(part).__name__ for part in module.modules()) else 1
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
    optimizer = make_optimizer(parameter_groups(module, settings), settings)
    schedule = make_schedule(optimizer, settings, settings.total_steps(batching.steps))
    if not freezing.epochs:
        freezing.hold(1)  # before processes agree on whose gradients they share
    model, prepared = accelerator.prepare(module, optimizer)
    evaluator = Evaluator(accelerator, samples, normalisation, objective, settings.batch_size, settings.workers)
    augmentation = make_augmentation(settings.augment, samples, _own_shape(module.net))
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
