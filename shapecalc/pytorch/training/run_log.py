"""The curves of a training in a log that other tools show: TensorBoard, W&B and MLflow, by accelerate's trackers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any, final

from accelerate.tracking import GeneralTracker, MLflowTracker, TensorBoardTracker, WandBTracker

from shapecalc.errors import ShapecalcError, SpecError
from shapecalc.pytorch.training.results import Epoch
from shapecalc.pytorch.training.samples.labelled import Goal
from shapecalc.pytorch.training.settings import LogName, Settings

#: The package that each log needs, and how it is installed.
_INSTALLS: dict[LogName, tuple[str, str]] = {
    "tensorboard": ("tensorboard", "'shapecalc[log]'"),
    "wandb": ("wandb", "wandb"),
    "mlflow": ("mlflow", "mlflow"),
}
#: The project or experiment of a run, where a tool has such.
_PROJECT = "shapecalc"


def _tensorboard(folder: Path) -> GeneralTracker:
    # events of an earlier start are hidden: a log begins with the whole history
    return TensorBoardTracker("tensorboard", folder, purge_step=1)


def _wandb(folder: Path) -> GeneralTracker:
    return WandBTracker(_PROJECT, name=folder.name, dir=str(folder))


def _mlflow(folder: Path) -> GeneralTracker:
    return MLflowTracker(_PROJECT, run_name=folder.name)


#: How each log is made, for the folder of a run.
TRACKERS: dict[LogName, Callable[[Path], GeneralTracker]] = {
    "tensorboard": _tensorboard,
    "wandb": _wandb,
    "mlflow": _mlflow,
}


def check_logs(settings: Settings, folder: Path | None) -> None:
    """Refuse logs that cannot be written.

    Raises:
        SpecError: there is no folder of the run.
        ShapecalcError: a package is not installed.
    """
    if settings.log and folder is None:
        raise SpecError("--log belongs to the folder of a run; give one (--out).")
    for name in settings.log:
        package, install = _INSTALLS[name]
        if not find_spec(package):
            raise ShapecalcError(f"--log {name} needs {package}, which is not installed. Try pip install {install}.")


@final
class RunLog:
    """The logs of a run: each epoch goes into all of them once."""

    def __init__(self, trackers: Sequence[GeneralTracker], goal: Goal) -> None:
        self._trackers = trackers
        self._goal = goal
        self._epochs = 0

    def add(self, history: Sequence[Epoch]) -> None:
        """The epochs that are not in the logs yet, each under its number."""
        for epoch in history[self._epochs :]:
            values = epoch.as_dict(self._goal)
            self.add_values(values, values.pop("number"))
        self._epochs = len(history)

    def add_values(self, values: dict[str, Any], epoch: int) -> None:
        """Numbers under an epoch."""
        for tracker in self._trackers:
            tracker.log(values, step=epoch)


@contextmanager
def run_log(settings: Settings, folder: Path | None, goal: Goal) -> Iterator[RunLog]:
    """The logs that the settings name, which are closed in the end; none without a folder.

    Raises:
        ShapecalcError: one of them cannot be opened.
    """
    trackers: list[GeneralTracker] = []
    try:
        if folder:
            trackers.extend(_started(name, folder, settings) for name in settings.log)
        yield RunLog(trackers, goal)
    finally:
        for tracker in trackers:
            tracker.finish()


def _started(name: LogName, folder: Path, settings: Settings) -> GeneralTracker:
    try:
        tracker = TRACKERS[name](folder)
        tracker.start()
        if name != "tensorboard":  # its folder lies beside config.json
            tracker.store_init_configuration(settings.model_dump(mode="json"))
    except Exception as refused:  # noqa: BLE001  each tool has errors of its own, of accounts and of connections
        text = " ".join(str(refused).split()) or type(refused).__name__
        raise ShapecalcError(f"--log {name} cannot be opened: {text.rstrip('.')}.") from None
    return tracker
