"""The memory that a training took, beside what was planned: only a GPU counts what was allocated at most."""

from __future__ import annotations

from typing import Any, NamedTuple, final

import torch

from shapecalc.catalogue.data_sets import DataSetFacts
from shapecalc.catalogue.planning import plan_training
from shapecalc.net import Net
from shapecalc.page.numbers import bytes_text
from shapecalc.pytorch.training.settings import Settings


@final
class MemoryUse(NamedTuple):
    """The most bytes that a training took at one time.

    Attributes:
        planned: as :func:`shapecalc.catalogue.planning.plan_training` counts them.
        measured: as CUDA's allocator counted them.
    """

    planned: int
    measured: int

    @property
    def error(self) -> float:
        """The part of what was measured by which the plan is off: -0.1 where it is a tenth too low."""
        return (self.planned - self.measured) / max(self.measured, 1)

    def words(self) -> str:
        """Both, and how far they are apart."""
        planned, measured = bytes_text(self.planned), bytes_text(self.measured)
        direction = "above" if self.planned > self.measured else "below"
        return f"memory {measured} at most; the plan was {planned}, {100 * abs(self.error):.1f} % {direction}"

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {**self._asdict(), "error": round(self.error, 4)}


@final
class MemoryWatch:
    """Counts what is allocated on a device from now on; nothing on one that does not count."""

    def __init__(self, device: torch.device) -> None:
        self._device = device
        self._before = 0
        if device.type == "cuda":
            torch.cuda.reset_peak_memory_stats(device)
            self._before = torch.cuda.memory_allocated(device)

    def use(self, net: Net, data: DataSetFacts, settings: Settings) -> MemoryUse | None:
        """What was allocated at most, beside the plan of such a training; None where nothing was counted."""
        if self._device.type != "cuda":
            return None
        measured = torch.cuda.max_memory_allocated(self._device) - self._before
        plan = plan_training(
            net,
            data,
            batch_size=settings.batch_size,
            optimizer=settings.optimizer,
            precision=settings.precision,
            device="cuda",
        )
        return MemoryUse(plan.bytes, measured)
