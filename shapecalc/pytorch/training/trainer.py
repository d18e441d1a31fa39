"""A net, trained: accelerate chooses device, precision and processes; the best weights by validation loss are kept."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, final

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from torch.utils.data import DataLoader

from shapecalc.errors import ShapecalcError, ShapeError, SpecError
from shapecalc.layers import REGISTRY, shape_text
from shapecalc.layers.activation import Softmax, Softmax2d, Softmin
from shapecalc.measures import Report, measure
from shapecalc.measures.sizes import walk
from shapecalc.net import Net, Node
from shapecalc.pytorch.modules.building import NetModule, build
from shapecalc.pytorch.training.loop import Epoch, Settings, Training, lowest

try:
    from accelerate import Accelerator, PartialState  # type: ignore[import-untyped]
    from tqdm import tqdm

    from shapecalc.pytorch.modules.weights import WEIGHTS, folder_for, load_trained, write
    from shapecalc.pytorch.training.data import Data, open_data
except ModuleNotFoundError as missing:
    package = str(missing.name).partition(".")[0]
    if package not in {"accelerate", "safetensors", "sklearn", "tqdm"}:
        raise
    raise ShapecalcError(
        f"Training needs {package}, which is not installed. Try pip install 'shapecalc[torch]'."
    ) from None

#: What is needed to train, from one place: whichever package is missing, the line above says so.
__all__ = [
    "Data",
    "Epoch",
    "Settings",
    "Training",
    "check_classifier",
    "leads",
    "load_trained",
    "loss_and_accuracy",
    "open_data",
    "train",
]

#: A step with fewer multiply-accumulates than this is done in one thread: a second one saves little, and where the
#: processor is busy, threads that wait for each other made the how-to's training ten times slower.
SMALL_STEP = 10**8


def train(
    net: Net,
    data: str | Data = "digits",
    *,
    epochs: int = Settings.epochs,
    batch_size: int = Settings.batch_size,
    lr: float = Settings.lr,
    seed: int = Settings.seed,
    out: str | Path | None = "trained",
    progress: bool = True,
) -> Training:
    """Train a net to classify images, and measure it on images that it has not seen.

    AdamW under a one-cycle schedule minimises the cross entropy. The same seed gives the same result on one machine,
    and the caller's random state is left as it was.

    Args:
        net: the network; it takes one image and ends in one number (a logit) for each class. It is given the shape
            of the data's images, whatever it was written for.
        data: the name of a data set, or one of your own (:func:`shapecalc.pytorch.training.data.split` makes it).
        epochs: how often each image is seen.
        batch_size: images per step and process.
        lr: the highest learning rate.
        seed: a whole number that decides everything random.
        out: the folder for the weights and the history, made if need be; what an earlier training left there is
            replaced. None writes nothing.
        progress: whether to show a bar on stderr, if that is a terminal.

    Raises:
        ShapeError: the net is not legal for the images, or does not end in one number for each class.
        SpecError: a setting is out of range, or there is no such data set.
        ShapecalcError: torch refuses, the loss stops being a number, or the folder cannot be written.

    Example:
        >>> import shapecalc
        >>> from shapecalc.pytorch.training.trainer import train
        >>> training = train(shapecalc.parse("Flatten() LazyLinear(10)"), epochs=5, out=None)
        >>> training.accuracy > 0.8
        True
    """
    settings = Settings(epochs, batch_size, lr, seed)
    images = open_data(data) if isinstance(data, str) else data
    report = check_classifier(net, images)
    folder = folder_for(out)
    accelerator = Accelerator()
    with _own_randomness(accelerator.device), _own_threads(report, settings), _torch_in_one_line():
        torch.manual_seed(seed)
        module = build(report.net)
        run = _prepared(accelerator, module, images, settings)
        history = _fit(run, settings, progress=progress)
        _, accuracy = loss_and_accuracy(accelerator, run.model, run.test)
        accelerator.free_memory()
    path = folder / WEIGHTS if folder else None
    training = Training(report.net, images.name, settings, history, accuracy, len(images.test), path)
    if folder and leads():
        write(training, module, folder)
    accelerator.wait_for_everyone()  # nobody goes on to read what is not written yet
    return training


def leads() -> bool:
    """Whether this process is the one that prints and writes, where several train together."""
    return bool(PartialState().is_main_process)


def check_classifier(net: Net, data: Data) -> Report:
    """The measures of the net for the data's images, once it is sure that it can learn to classify them.

    Raises:
        ShapeError: it is not legal for that shape.
        SpecError: it has several inputs or outputs, does not end in one logit for each class, or has nothing to learn.
    """
    if len(net.inputs) != 1 or len(net.outputs) != 1:
        raise SpecError(
            f"Training takes a net with one input and one output, but this one has {len(net.inputs)} and "
            f"{len(net.outputs)}."
        )
    net = net.with_input(data.shape)
    try:
        report = measure(net)
    except ShapeError as refused:
        images = f"The images of {data.name} are {shape_text(data.shape)}."
        helpful = tuple(phrase for phrase in refused.repairs if not phrase.startswith(f"{next(iter(net.inputs))} "))
        raise ShapeError(f"{refused.reason} {images}", node=refused.node, repairs=helpful) from None
    if report.output_shape != (data.classes,):
        ends = f"The net ends in {shape_text(report.output_shape)} but {data.name} has {data.classes} classes"
        raise SpecError(f"{ends}; end it with {_ending(net, data.classes)}.")
    _refuse_softmax(net)
    if not isinstance(report.trainable, int):
        raise SpecError(f"Training needs numbers, but the net's parameters come to {report.trainable}.")
    if report.trainable == 0:
        raise SpecError(f"The net has no trainable parameters; add a layer such as LazyLinear({data.classes}).")
    return report


def _ending(net: Net, classes: int) -> str:
    """The fewest layers that turn the net's output into one number for each class, found by trying them."""
    flatten, linear = REGISTRY["Flatten"](), REGISTRY["Linear"](out_features=classes)
    for layers in ([flatten], [linear], [flatten, linear]):
        nodes: list[Node] = []
        for number, layer in enumerate(layers):
            nodes.append(Node(f"ending-{number}", layer, (nodes[-1].name if nodes else net.outputs[0],)))
        try:
            *_, (_, _, _, output) = walk(Net(net.inputs, (*net.nodes, *nodes)))
        except ShapeError:
            continue
        if output == (classes,):
            break
    return " ".join(map(repr, layers))


def _refuse_softmax(net: Net) -> None:
    """Cross entropy applies the softmax itself; on top of another one it learns slowly, and not what is meant.

    A LogSoftmax stays: applied twice it is still itself.
    """
    for node in net.ancestors(net.outputs[0]):
        if isinstance(node.layer, Softmax | Softmax2d | Softmin):
            raise SpecError(
                f"The net ends in {node.layer!r}, but the loss (cross entropy) takes the logits and applies the "
                f"softmax itself; leave {node.name} out, the class with the largest output stays the same."
            )
        if not node.layer.view:
            return


@final
@dataclass(frozen=True, slots=True, eq=False)
class _Run:
    """What one training works with, made ready for this machine."""

    accelerator: Accelerator
    module: NetModule
    model: nn.Module
    optimizer: Any
    schedule: Any
    learn: DataLoader[Any]
    validation: DataLoader[Any]
    test: DataLoader[Any]


def _prepared(accelerator: Accelerator, module: NetModule, data: Data, settings: Settings) -> _Run:
    loaders = (
        _loader(data, data.train, settings, shuffle=True),
        _loader(data, data.validation, settings),
        _loader(data, data.test, settings),
    )
    optimizer = torch.optim.AdamW([one for one in module.parameters() if one.requires_grad], lr=settings.lr)
    steps = settings.epochs * len(loaders[0])
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, settings.lr, total_steps=steps)
    return _Run(accelerator, module, *accelerator.prepare(module, optimizer, schedule, *loaders))


def _loader(data: Data, positions: tuple[int, ...], settings: Settings, *, shuffle: bool = False) -> DataLoader[Any]:
    size = min(settings.batch_size, len(positions))
    return DataLoader(
        data.part(positions),
        batch_size=size,
        shuffle=shuffle,
        generator=torch.Generator().manual_seed(settings.seed),
        drop_last=shuffle and len(positions) % size == 1,  # batch norm cannot learn from a single image
    )


def _fit(run: _Run, settings: Settings, *, progress: bool) -> tuple[Epoch, ...]:
    """Train the module and leave its best weights in it."""
    history: list[Epoch] = []
    kept: dict[str, Tensor] = {}
    shown = progress and run.accelerator.is_local_main_process
    with tqdm(total=settings.epochs * len(run.learn), disable=None if shown else True, unit="batch") as bar:
        for number in range(1, settings.epochs + 1):
            loss = _learn(run, bar)
            history.append(Epoch(number, loss, *loss_and_accuracy(run.accelerator, run.model, run.validation)))
            _refuse_divergence(history[-1], settings)
            if lowest(history) is history[-1]:
                kept = {name: value.detach().clone() for name, value in run.module.state_dict().items()}
            bar.set_postfix(epoch=number, accuracy=f"{history[-1].validation_accuracy:.3f}")
    run.module.load_state_dict(kept)
    return tuple(history)


def _learn(run: _Run, bar: Any) -> float:
    """One pass over the training images; returns the mean loss on the way."""
    run.model.train()
    losses: list[Tensor] = []
    for images, labels in run.learn:
        run.optimizer.zero_grad()
        loss = cross_entropy(run.model(images), labels)
        run.accelerator.backward(loss)
        run.optimizer.step()
        run.schedule.step()
        losses.append(loss.detach())
        bar.update()
    return float(run.accelerator.gather(torch.stack(losses)).cpu().double().mean())


@torch.no_grad()
def loss_and_accuracy(accelerator: Accelerator, model: nn.Module, loader: DataLoader[Any]) -> tuple[float, float]:
    """The mean cross entropy and the share of right answers over all images of a prepared loader, in eval mode."""
    model.eval()
    losses: list[Tensor] = []
    hits: list[Tensor] = []
    for images, labels in loader:
        logits = model(images)
        each = cross_entropy(logits, labels, reduction="none")
        # several processes fill up the last batch with images that are counted already; this drops those again
        loss, hit = accelerator.gather_for_metrics((each, (logits.argmax(1) == labels).float()))
        losses.append(loss)
        hits.append(hit)
    return _mean(losses), _mean(hits)


def _mean(parts: list[Tensor]) -> float:
    return float(torch.cat(parts).cpu().double().mean())


def _refuse_divergence(epoch: Epoch, settings: Settings) -> None:
    if not math.isfinite(epoch.train_loss) or not math.isfinite(epoch.validation_loss):
        raise ShapecalcError(
            f"The loss is no longer a number after epoch {epoch.number}; try a learning rate below {settings.lr}."
        )


@contextmanager
def _own_randomness(device: torch.device) -> Iterator[None]:
    """Leaves the caller's random state as it was, on the processor and on the device."""
    with torch.random.fork_rng([device] if device.type == "cuda" else []):
        yield


@contextmanager
def _own_threads(report: Report, settings: Settings) -> Iterator[None]:
    """One thread for a small net, whatever else the processor is doing; the caller's number comes back."""
    before = torch.get_num_threads()
    if isinstance(report.macs, int) and report.macs * settings.batch_size < SMALL_STEP:
        torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


@contextmanager
def _torch_in_one_line() -> Iterator[None]:
    """What torch refuses only when it runs (memory, a number type) as one line for a person."""
    try:
        yield
    except RuntimeError as refused:
        raise ShapecalcError(f"torch cannot train this net: {str(refused).strip().splitlines()[0]}") from refused
