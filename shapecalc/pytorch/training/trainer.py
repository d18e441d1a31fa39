"""Training: accelerate chooses device, precision and processes; the weights with the best validation loss remain."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import torch

from shapecalc.errors import ShapecalcError, check_type
from shapecalc.measures import Report
from shapecalc.net import Net
from shapecalc.net.arguments import check_net
from shapecalc.pytorch.modules.building import build
from shapecalc.pytorch.modules.refusals import one_line_refusals
from shapecalc.pytorch.training.results import Settings, Training

try:  # all packages that training needs are imported here, so that a missing one is named in one place
    from accelerate import Accelerator, PartialState

    from shapecalc.pytorch.modules.weights import load_trained
    from shapecalc.pytorch.training import loop
    from shapecalc.pytorch.training.classifier import check_classifier
    from shapecalc.pytorch.training.datasets import LabelledImages, open_data
    from shapecalc.pytorch.training.run_folder import WEIGHTS, make_folder, write_run
except ModuleNotFoundError as error:
    package = str(error.name).partition(".")[0]
    if package not in {"accelerate", "safetensors", "sklearn", "tqdm"}:
        raise
    raise ShapecalcError(
        f"Training needs {package}, which is not installed. Try pip install 'shapecalc[torch]'."
    ) from None

__all__ = ["is_main_process", "load_trained", "open_data", "train"]

#: A step with fewer multiply-accumulates runs in one thread: a second thread saves little, and on a busy processor,
#: threads that wait for each other made the training of the how-to page ten times slower.
SMALL_STEP = 10**8


def train(
    net: Net,
    data: str | LabelledImages = "digits",
    *,
    epochs: int = Settings.epochs,
    batch_size: int = Settings.batch_size,
    lr: float = Settings.lr,
    seed: int = Settings.seed,
    out: str | Path | None = "trained",
    progress: bool = True,
) -> Training:
    """Train a net to classify images, and measure it on images that it has not seen.

    AdamW with a one-cycle schedule minimises the cross entropy. The same seed gives the same result on one machine,
    and the random state of the caller does not change.

    Args:
        net: the network; it takes one image and ends in one number (a logit) for each class. Its input shape is
            replaced by the shape of the images.
        data: the name of a data set, or your own images, from :func:`shapecalc.pytorch.training.datasets.split`.
        epochs: the number of passes over the training images.
        batch_size: images per step and process.
        lr: the highest learning rate.
        seed: an integer that decides everything random.
        out: the folder for the weights and the history; it is created if necessary, and files of an earlier training
            in it are replaced. None writes nothing.
        progress: whether to show a progress bar, if stderr is a terminal.

    Raises:
        ShapeError: the net is not legal for the images, or does not end in one number for each class.
        SpecError: a setting is out of range, or there is no such data set.
        ShapecalcError: torch refuses, the loss stops being a number, or the folder cannot be written.

    Example:
        >>> import shapecalc
        >>> from shapecalc.pytorch import train
        >>> training = train(shapecalc.parse("Flatten() LazyLinear(10)"), epochs=5, out=None)
        >>> training.accuracy > 0.8
        True
    """
    check_net(net)
    check_type("data", data, (str, LabelledImages), "the name of a data set, such as 'digits', or images")
    check_type("out", out, (str, Path, type(None)), "the path of a folder, or None")
    settings = Settings(epochs, batch_size, lr, seed)
    images = open_data(data) if isinstance(data, str) else data
    report = check_classifier(net, images)
    folder = make_folder(out)
    accelerator = Accelerator()
    with _separate_randomness(accelerator.device), _few_threads(report, settings), one_line_refusals("train"):
        torch.manual_seed(seed)
        module = build(report.net)
        run = loop.prepare(accelerator, module, images, settings)
        history = loop.fit(run, settings, progress=progress)
        _, accuracy = loop.loss_and_accuracy(accelerator, run.model, run.test)
        accelerator.free_memory()
    path = folder / WEIGHTS if folder else None
    training = Training(report.net, images.name, settings, history, accuracy, len(images.test), path)
    if folder and is_main_process():
        write_run(training, module, folder)
    accelerator.wait_for_everyone()  # no process reads the files before they are written
    return training


def is_main_process() -> bool:
    """Whether this process prints and writes, where several processes train together."""
    return bool(PartialState().is_main_process)


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
