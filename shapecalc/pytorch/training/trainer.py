"""Training: accelerate chooses device, precision and processes; the weights with the best validation loss remain."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

from shapecalc.errors import ShapecalcError, SpecError, check_type
from shapecalc.formats.document.loading import loads
from shapecalc.net import Net
from shapecalc.net.arguments import check_net

try:  # all packages that training needs are imported here, so that a missing one is named in one place
    from shapecalc.pytorch.figures.canvas import missing_matplotlib
    from shapecalc.pytorch.modules.weights import load_trained
    from shapecalc.pytorch.training.adapting import Adapted, adapt_net, adapted_shape, own_shape, replace_heads
    from shapecalc.pytorch.training.config import config_of, moved
    from shapecalc.pytorch.training.equipping import prepared
    from shapecalc.pytorch.training.going_on import changed_settings
    from shapecalc.pytorch.training.head import check_net_for
    from shapecalc.pytorch.training.idle_settings import refuse_idle
    from shapecalc.pytorch.training.loop import Fitting
    from shapecalc.pytorch.training.measuring import SCORES
    from shapecalc.pytorch.training.preview import draw_batch
    from shapecalc.pytorch.training.processes import is_main_process, warn
    from shapecalc.pytorch.training.results import Training
    from shapecalc.pytorch.training.run_folder import RunFolder, refuse_run, weights_metadata
    from shapecalc.pytorch.training.run_log import check_logs, run_log
    from shapecalc.pytorch.training.samples.labelled import Samples
    from shapecalc.pytorch.training.samples.opening import OF_DATA, open_data
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

__all__ = ["OF_DATA", "is_main_process", "load_trained", "open_data", "refuse_run", "resume", "train"]


def train(
    net: Net,
    data: str | Samples = "digits",
    *,
    out: str | Path | None = "trained",
    overwrite: bool = False,
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
        out: the folder of the run; it is created if necessary. None writes nothing.
        overwrite: whether the files of an earlier training in that folder are replaced, rather than refused.
        progress: whether to show a progress bar, if stderr is a terminal.
        show_batch: whether to draw the first batch, as the net sees it, before the training; ``batch.png`` in ``out``.
        settings: the fields of :class:`shapecalc.pytorch.training.settings.Settings`, such as ``epochs=5``.

    Raises:
        ShapeError: the net is not legal for the samples.
        SpecError: it does not end in what the samples ask for, a setting is out of range or without effect, there is no
            such data set, or the folder holds a training.
        ShapecalcError: torch refuses, the loss stops being a number, or the folder cannot be written, for one because
            another training writes into it.

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
    if show_batch and out is None:
        raise SpecError("--show-batch draws into the folder of the run; give one (--out).")
    if out is not None and not overwrite and is_main_process():
        refuse_run(out)
    samples = _opened(data, read) if isinstance(data, str) else data
    weights = read_weights(read.weights) if read.weights else None
    if weights and read.adapt and not own_shape(net):
        net = net.with_input(weights.input_shape)
    adapted = _adapted(net, samples, read)
    report = check_net_for(adapted.net, samples, own_shape=read.adapt)
    refuse_idle(read, report.net, samples)
    check_logs(read, Path(out) if out is not None else None)
    folder = RunFolder(out) if out is not None else None
    with _claimed(folder), prepared(report, samples, read) as (tools, place):
        if weights:
            remarks = load_fitting(tools.module, weights, adapted.heads)
            for remark in (*remarks, far_input(own_shape(tools.module.net), weights, own_shape(net))):
                warn(remark)
        fitting = Fitting(tools)
        state = fitting.state()  # asked by all processes together
        if folder and is_main_process():
            folder.begin(config_of(report.net, samples, tools.settings, place), report.net)
            folder.write_state(state)
            if show_batch:
                folder.write_batch(draw_batch(tools))
        return _run(fitting, report.net, folder, progress)


def resume(run: str | Path, data: Samples | None = None, *, progress: bool = True, **changes: Any) -> Training:
    """Go on with a training from the last state in its folder; it ends as if it had never stopped.

    Args:
        run: the folder of the training.
        data: its samples, where they are your own.
        progress: whether to show a progress bar, if stderr is a terminal.
        changes: settings that may change, such as ``workers=2``; it then ends as a training that began with them.

    Raises:
        SpecError: the folder holds no training or no state, its state is damaged, the samples are others, or a setting
            may not change.
        ShapecalcError: as :func:`train`.
    """
    check_type("run", run, (str, Path), "the path of a folder")
    check_type("data", data, (Samples, type(None)), "samples, or None")
    if not Path(run).is_dir():
        raise SpecError(f"There is no folder {run} to go on from.")
    folder = RunFolder(run)
    with _claimed(folder):
        config = folder.read_config()
        settings = changed_settings(config.settings, changes)
        check_logs(settings, folder.folder)
        if data is None and not config.data:
            raise SpecError(f"The samples of {run} were made in a program; give them to resume() as data.")
        samples = data or _opened(config.data, settings)
        if samples.fingerprint() != config.fingerprint:
            raise SpecError(f"{samples.name} does not hold the samples that the training in {run} began with.")
        net = loads(config.net, origin=str(folder.folder))
        report = check_net_for(net, samples, own_shape=settings.adapt)
        state = folder.read_state()
        with prepared(report, samples, settings, config.place) as (tools, place):
            warn(moved(config.place, place))
            fitting = Fitting(tools)
            fitting.restore(state, folder.folder)
            if is_main_process():
                folder.remove_leftovers()
                if changes:
                    folder.write_config(config.model_copy(update={"settings": settings}))
            return _run(fitting, report.net, folder, progress)


def _claimed(folder: RunFolder | None) -> AbstractContextManager[None]:
    """Keeps other trainings out of the folder of a run; the process that writes does it."""
    return folder.claimed() if folder and is_main_process() else nullcontext()


def _opened(data: str, settings: Settings) -> Samples:
    return open_data(data, **{name: getattr(settings, name) for name in OF_DATA})


def _adapted(net: Net, samples: Samples, settings: Settings) -> Adapted:
    """The net with the heads and the input shape of the settings."""
    if not settings.replace_head:
        return adapt_net(net, samples) if settings.adapt else Adapted(net)
    if settings.adapt:
        net = net.with_input(adapted_shape(net, samples))
    elif len(net.inputs) == 1:
        net = net.with_input(samples.shape)
    return replace_heads(net, settings.replace_head)


def _run(fitting: Fitting, net: Net, folder: RunFolder | None, progress: bool) -> Training:
    """Train to the end, test once, and write what came of it."""
    tools = fitting.equipment
    writer = folder if is_main_process() else None
    about: dict[str, Any] = {"normalisation": tools.normalisation.as_text()}

    def save(state: TrainingState, is_better: bool) -> None:
        if writer:
            log.add(fitting.history)
            if is_better:
                writer.write_weights(tools.module, weights_metadata(tools.samples, about))
            writer.write_metrics(fitting.history, tools.samples.goal)
            writer.write_state(state)

    with run_log(tools.settings, writer.folder if writer else None, tools.samples.goal) as log:
        log.add(fitting.history)
        fitting.fit(save, progress=progress)
        memory = tools.watch.use(net, tools.samples.facts(), tools.settings)
        scores = tools.evaluator.measure(tools.module, tools.samples.test)
        test_scores = {"test_loss": scores.loss, f"test_{SCORES[tools.samples.goal]}": scores.score}
        log.add_values(test_scores, fitting.history[-1].number)
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
