"""The first batch of a training, as the net sees it."""

from __future__ import annotations

import torch
from torch import Tensor

from shapecalc.pytorch.figures.grid import MAX_PICTURES, draw_grid, drawable
from shapecalc.pytorch.training.loop import Equipment
from shapecalc.pytorch.training.samples.batches import batch_loader
from shapecalc.pytorch.training.samples.labelled import Goal, Samples
from shapecalc.pytorch.training.seeds import seed_of


def draw_batch(tools: Equipment) -> bytes:
    """A contact sheet of the first batch, with labels, as PNG; the normalisation is undone for the eye.

    Raises:
        SpecError: the samples are neither images nor series.
        ShapecalcError: matplotlib is not installed.
    """
    samples = tools.samples
    batch = next(iter(tools.batching.batches(1, 0, tools.accelerator.process_index)))
    ((values, targets),) = batch_loader(samples, [batch.positions], workers=0, pin=False)
    torch.manual_seed(seed_of("step", tools.settings.seed, 0, tools.accelerator.process_index))
    inputs = tools.normalisation(values)
    if tools.augmentation:
        inputs, targets = tools.augmentation(inputs, targets)
    seen = tools.normalisation.undo(inputs)
    pictures = drawable(seen)[:MAX_PICTURES]
    titles = [target_text(samples, target) for target in targets[:MAX_PICTURES]]
    total = f" of {len(values)}" if len(values) > len(pictures) else ""
    title = (
        f"{samples.name}: {len(pictures)}{total} samples of the first batch, each {'x'.join(map(str, samples.shape))}"
    )
    return draw_grid(title, list(pictures), titles, "png")


def target_text(samples: Samples, target: Tensor) -> str:
    """A target in words: the class, the labels that are present, or the numbers where they are few."""
    match samples.goal:
        case Goal.CLASS if not target.dim():
            return samples.names[int(target)]
        case Goal.CLASS | Goal.LABELS:  # shares of classes and labels, where samples were mixed
            shares = [(name, value) for name, value in zip(samples.names, target.tolist(), strict=True) if value]
            return ", ".join(name if value == 1 else f"{value:.0%} {name}" for name, value in shares) or "none"
        case Goal.VALUES:
            return ", ".join(f"{value:.3g}" for value in target.flatten().tolist()) if target.numel() <= 3 else ""
