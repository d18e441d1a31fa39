"""Settings that would change nothing of a training: they are refused, because whoever gives one expects something."""

from __future__ import annotations

from collections.abc import Iterator

from shapecalc.errors import SpecError
from shapecalc.layers import shape_text
from shapecalc.net import Net
from shapecalc.pytorch.training.samples.labelled import Goal, Samples
from shapecalc.pytorch.training.settings import Settings, option


def refuse_idle(settings: Settings, net: Net, samples: Samples) -> None:
    """Refuse settings that were given and have no effect on this net and these samples.

    Raises:
        SpecError: naming the first, and what it needs.
    """
    for name, need in _idle(settings, net, samples):
        if name in settings.model_fields_set:
            raise SpecError(f"{option(name)} would change nothing: {need}")


def _idle(settings: Settings, net: Net, samples: Samples) -> Iterator[tuple[str, str]]:
    """Each setting without an effect, and why it has none."""
    if settings.steps:
        yield "epochs", f"--steps {settings.steps} ends the training; give --epochs or --steps, not both."
    if not settings.freeze:
        yield "unfreeze_after", "no weights are frozen; name some with --freeze PATTERN."
    elif not settings.steps and settings.unfreeze_after >= settings.epochs:
        yield (
            "unfreeze_after",
            f"the training has {settings.epochs} epochs in all; give a number below, or leave it out.",
        )
    if samples.goal is Goal.VALUES:
        yield "label_smoothing", f"{samples.name} has values for targets, neither classes nor labels; leave it out."
    if len(net.outputs) == 1:
        yield "auxiliary_weight", "the net has one output, and so no auxiliary one; leave it out."
    if settings.channels_last and len(samples.shape) != 3:
        yield "channels_last", f"samples of {shape_text(samples.shape)} are no images; leave it out."
    if not samples.origin:
        for name in ("image_size", "skip_unreadable", "root"):
            yield name, f"{samples.name} was made in a program, not read from files; leave it out."
