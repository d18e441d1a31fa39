"""What may change where a training goes on: only what leaves it the training that it would have been from the start."""

from __future__ import annotations

from shapecalc.errors import SpecError
from shapecalc.pytorch.training.settings import Settings, option, read_settings

#: Settings that change no number of a training.
FREE = ("workers", "save_every", "log")
#: Schedules whose rates do not depend on the number of epochs.
ENDLESS = ("constant", "plateau")
#: All that may change, some of them in one direction.
CHANGEABLE = ("epochs", "patience", *FREE)


def changed_settings(settings: Settings, changes: dict[str, object]) -> Settings:
    """The settings with which a training goes on.

    Args:
        settings: those with which it began.
        changes: others, by name.

    Raises:
        SpecError: one of them would make it a training that no settings from the start would have given.
    """
    if not changes:
        return settings
    values = read_settings(changes)
    if refused := sorted(set(changes) - {*CHANGEABLE}):
        raise SpecError(
            f"A training goes on with the settings that it began with; only {_options(CHANGEABLE)} may change. "
            f"Leave {_options(refused)} out."
        )
    if "epochs" in changes:
        _check_epochs(settings, values.epochs)
    if "patience" in changes and values.patience and not 0 < settings.patience <= values.patience:
        raise SpecError(
            "--patience may only grow where a training goes on, because it may have ended before: it has "
            f"{settings.patience or 'none'}, not {values.patience}."
        )
    return settings.model_copy(update={name: getattr(values, name) for name in changes})


def _check_epochs(settings: Settings, epochs: int) -> None:
    if settings.steps:
        raise SpecError(f"This training was asked for {settings.steps} steps, so --epochs cannot change it.")
    if settings.schedule not in ENDLESS and epochs != settings.epochs:
        raise SpecError(
            f"--epochs cannot change: the rates of the schedule {settings.schedule} depend on all {settings.epochs} "
            f"epochs of this training. One with --schedule {' or '.join(ENDLESS)} can be prolonged; or begin another "
            "one with these weights (--weights)."
        )
    if epochs < settings.epochs:
        raise SpecError(f"--epochs may only grow where a training goes on: it has {settings.epochs}, not {epochs}.")


def _options(names: list[str] | tuple[str, ...]) -> str:
    *first, last = map(option, names)
    return f"{', '.join(first)} and {last}" if first else last
