"""The training loop: epochs over the images, and the best weights by validation loss."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, final

import torch
from accelerate import Accelerator
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from torch.utils.data import DataLoader
from tqdm import tqdm

from shapecalc.errors import ShapecalcError
from shapecalc.pytorch.modules.building import NetModule
from shapecalc.pytorch.training.datasets import LabelledImages
from shapecalc.pytorch.training.results import Epoch, Settings, lowest


@final
@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """The objects of one training, prepared for this machine."""

    accelerator: Accelerator
    module: NetModule
    model: nn.Module
    optimizer: Any
    schedule: Any
    train: DataLoader[Any]
    validation: DataLoader[Any]
    test: DataLoader[Any]


def prepare(accelerator: Accelerator, module: NetModule, images: LabelledImages, settings: Settings) -> Run:
    """The model, its optimizer, its schedule and the loaders of the images, prepared by accelerate."""
    loaders = (
        _loader(images, images.train, settings, shuffle=True),
        _loader(images, images.validation, settings),
        _loader(images, images.test, settings),
    )
    parameters = [parameter for parameter in module.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(parameters, lr=settings.lr)
    steps = settings.epochs * len(loaders[0])
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, settings.lr, total_steps=steps)
    return Run(accelerator, module, *accelerator.prepare(module, optimizer, schedule, *loaders))


def _loader(
    images: LabelledImages, positions: tuple[int, ...], settings: Settings, *, shuffle: bool = False
) -> DataLoader[Any]:
    size = min(settings.batch_size, len(positions))
    return DataLoader(
        images.part(positions),
        batch_size=size,
        shuffle=shuffle,
        generator=torch.Generator().manual_seed(settings.seed),
        drop_last=shuffle and len(positions) % size == 1,  # batch norm cannot learn from a single image
    )


def fit(run: Run, settings: Settings, *, progress: bool) -> tuple[Epoch, ...]:
    """Train the module and leave its best weights in it.

    Raises:
        ShapecalcError: the loss stops being a number.
    """
    history: list[Epoch] = []
    best_weights: dict[str, Tensor] = {}
    show_bar = progress and run.accelerator.is_local_main_process
    with tqdm(total=settings.epochs * len(run.train), disable=None if show_bar else True, unit="batch") as bar:
        for number in range(1, settings.epochs + 1):
            loss = _learn(run, bar)
            history.append(Epoch(number, loss, *loss_and_accuracy(run.accelerator, run.model, run.validation)))
            _refuse_divergence(history[-1], settings)
            if lowest(history) is history[-1]:
                best_weights = {name: value.detach().clone() for name, value in run.module.state_dict().items()}
            bar.set_postfix(epoch=number, accuracy=f"{history[-1].validation_accuracy:.3f}")
    run.module.load_state_dict(best_weights)
    return tuple(history)


def _learn(run: Run, bar: Any) -> float:
    """One epoch over the training images; returns the mean of the losses on the way."""
    run.model.train()
    losses: list[Tensor] = []
    for images, labels in run.train:
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
        image_losses = cross_entropy(logits, labels, reduction="none")
        # several processes fill up the last batch with images that are counted already; this drops them again
        loss, hit = accelerator.gather_for_metrics((image_losses, (logits.argmax(1) == labels).float()))
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
