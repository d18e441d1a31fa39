"""The training loop: epochs over the samples, the best weights by validation loss, and a state to go on from."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, final

import torch
from accelerate import Accelerator
from torch import Tensor, nn
from torch.optim import Optimizer
from torch.optim.lr_scheduler import ReduceLROnPlateau
from tqdm import tqdm

from shapecalc.errors import ShapecalcError
from shapecalc.pytorch.modules.building import NetModule
from shapecalc.pytorch.modules.refusals import one_line_refusals
from shapecalc.pytorch.training.augmentation import Augmentation
from shapecalc.pytorch.training.freezing import Freezing
from shapecalc.pytorch.training.measuring import Evaluator
from shapecalc.pytorch.training.memory import MemoryWatch
from shapecalc.pytorch.training.objective import Objective
from shapecalc.pytorch.training.optimisation import moving_values
from shapecalc.pytorch.training.results import Epoch, lowest
from shapecalc.pytorch.training.samples.batches import Batch, Batching, batch_loader
from shapecalc.pytorch.training.samples.labelled import Samples
from shapecalc.pytorch.training.samples.normalisation import Normalisation
from shapecalc.pytorch.training.seeds import reseed, seed_of
from shapecalc.pytorch.training.settings import Settings
from shapecalc.pytorch.training.state import (
    TrainingState,
    check_weights,
    optimizer_groups,
    optimizer_tensors,
    restore_module,
    restore_optimizer,
    restore_schedule,
)

#: Away from the processor, looking at a loss waits for the device: it is done once in this many steps.
LOOK_EVERY = 50


@final
@dataclass(frozen=True, slots=True, eq=False)
class Equipment:
    """The objects that a training works with.

    Attributes:
        accelerator: the processes and the device.
        module: the net.
        model: the module as the processes share it.
        optimizer: as the accelerator prepared it.
        schedule: of the optimizer's rate.
        samples: the data set.
        normalisation: applied to every batch.
        objective: the loss.
        batching: which samples a step takes.
        evaluator: measures the module.
        settings: the settings.
        watch: counts the memory.
        freezing: what does not learn, and how long.
        augmentation: changes training batches at random; None leaves them as they are.
    """

    accelerator: Accelerator
    module: NetModule
    model: nn.Module
    optimizer: Any
    schedule: Any
    samples: Samples
    normalisation: Normalisation
    objective: Objective
    batching: Batching
    evaluator: Evaluator
    settings: Settings
    watch: MemoryWatch
    freezing: Freezing
    augmentation: Augmentation | None = None

    @property
    def steps(self) -> int:
        """The number of steps of the training, unless patience ends it."""
        return self.settings.total_steps(self.batching.steps)

    @property
    def plain_optimizer(self) -> Optimizer:
        """The optimizer below the accelerator's."""
        optimizer: Optimizer = getattr(self.optimizer, "optimizer", self.optimizer)
        return optimizer


@final
class Fitting:
    """A training on its way: what it has done so far is its state."""

    def __init__(self, equipment: Equipment) -> None:
        self.equipment = equipment
        self.history: list[Epoch] = []
        self.best: dict[str, Tensor] = {}
        self._steps = 0
        self._steps_of_epoch = 0
        self._loss_sum = torch.zeros((), dtype=torch.float64, device=equipment.accelerator.device)
        self._samples_of_epoch = 0

    def fit(self, save: Callable[[TrainingState, bool], None], *, progress: bool) -> None:
        """Train until the last step or until patience ends, and leave the best weights in the module.

        Args:
            save: called with each state that may be gone on from, and whether its best weights are new ones.
            progress: whether to show a bar.

        Raises:
            ShapecalcError: the loss stops being a number.
        """
        steps = self.equipment.steps
        shown = progress and self.equipment.accelerator.is_local_main_process
        with tqdm(total=steps, initial=self._steps, disable=None if shown else True, unit="step") as bar:
            while not self.is_finished:
                start = time.perf_counter()
                self._learn(save, bar)
                self._close_epoch(start)
                bar.set_postfix(epoch=len(self.history), score=f"{self.history[-1].validation_score:.3f}")
                save(self.state(), lowest(self.history) is self.history[-1])
        self.equipment.module.load_state_dict(self.best)

    @property
    def is_finished(self) -> bool:
        """Whether all steps are done, or enough of them had no lower validation loss."""
        if not self.history:
            return False
        if self.history[-1].steps >= self.equipment.steps:
            return True
        settings = self.equipment.settings
        without = self.history[-1].number - lowest(self.history).number
        return 0 < settings.patience <= without

    def _learn(self, save: Callable[[TrainingState, bool], None], bar: Any) -> None:
        """The rest of an epoch over the training samples."""
        tools, settings = self.equipment, self.equipment.settings
        process, device = tools.accelerator.process_index, tools.accelerator.device
        remaining = tools.steps - self._steps
        epoch = len(self.history) + 1
        batches = list(tools.batching.batches(epoch, self._steps_of_epoch, process, most_steps=remaining))
        positions = [batch.positions for batch in batches]
        loader = batch_loader(tools.samples, positions, workers=settings.workers, pin=device.type == "cuda")
        tools.model.train()
        tools.freezing.hold(len(self.history) + 1)
        begins = True
        for batch, (values, targets) in zip(batches, loader, strict=True):
            if begins:
                reseed(seed_of("step", settings.seed, self._steps, process), device)
            self._add_gradient(batch, values.to(device, non_blocking=True), targets.to(device, non_blocking=True))
            begins = batch.ends_step
            if begins:
                self._move()
                bar.update()
                if self._steps % settings.save_every == 0 and self._steps_of_epoch < tools.batching.steps:
                    save(self.state(), False)

    def _add_gradient(self, batch: Batch, values: Tensor, targets: Tensor) -> None:
        """The gradient of a batch, its samples weighted by the number of samples of the whole step."""
        tools = self.equipment
        inputs = tools.normalisation(values)
        if tools.augmentation:
            inputs, targets = tools.augmentation(inputs, targets)
        if tools.settings.channels_last and inputs.dim() == 4:
            inputs = inputs.contiguous(memory_format=torch.channels_last)
        scaler = tools.accelerator.scaler
        together = nullcontext() if batch.ends_step else tools.accelerator.no_sync(tools.model)
        with one_line_refusals("train"), together:
            losses = tools.objective.training_losses(tools.model(inputs), targets)
            total = losses.sum() * (1.0 if batch.counted else 0.0)
            # several processes average their gradients, so each of them adds its share of the mean as often
            mean = total * (tools.accelerator.num_processes / batch.step_size)
            # accelerate's own backward searches for packages in each step, longer than a small net takes
            (scaler.scale(mean) if scaler else mean).backward()
        self._loss_sum += total.detach()
        self._samples_of_epoch += batch.step_size if batch.ends_step else 0
        self._look(total, inputs)

    def _move(self) -> None:
        """One step of the optimizer and its schedule."""
        tools = self.equipment
        if tools.settings.clip:
            tools.accelerator.clip_grad_norm_(tools.model.parameters(), tools.settings.clip)
        # accelerate's optimizer searches for packages too; only the scaler of fp16 needs it
        optimizer = tools.optimizer if tools.accelerator.scaler else tools.plain_optimizer
        optimizer.step()
        optimizer.zero_grad()
        if not isinstance(tools.schedule, ReduceLROnPlateau):
            tools.schedule.step()
        self._steps += 1
        self._steps_of_epoch += 1

    def _close_epoch(self, start: float) -> None:
        """Measure the module on the validation samples, and begin the next epoch."""
        tools = self.equipment
        rate = max(group["lr"] for group in tools.plain_optimizer.param_groups)
        scores = tools.evaluator.measure(tools.module, tools.samples.validation)
        loss = float(self._total_loss() / self._samples_of_epoch)
        number = len(self.history) + 1
        if not math.isfinite(loss) or not math.isfinite(scores.loss):
            raise ShapecalcError(f"{_no_number(number, self._steps)} {_lower(tools.settings)}")
        seconds = time.perf_counter() - start
        self.history.append(Epoch(number, self._steps, rate, loss, scores.loss, scores.score, seconds))
        if isinstance(tools.schedule, ReduceLROnPlateau):
            tools.schedule.step(scores.loss)
        if lowest(self.history) is self.history[-1]:
            self.best = {name: value.detach().clone() for name, value in tools.module.state_dict().items()}
        self._steps_of_epoch = self._samples_of_epoch = 0
        self._loss_sum.zero_()

    def _total_loss(self) -> float:
        """The sum of the losses of this epoch over all processes; from here on the first process has all of it."""
        accelerator = self.equipment.accelerator
        total: Any = accelerator.reduce(self._loss_sum.clone(), "sum")
        self._loss_sum = total if accelerator.is_main_process else torch.zeros_like(total)
        return float(total)

    def _look(self, total: Tensor, inputs: Tensor) -> None:
        """Stop where the loss is no longer a number, and name the layer."""
        on_processor = total.device.type == "cpu"
        if (on_processor or self._steps % LOOK_EVERY == 0) and not torch.isfinite(total):
            module, number = self.equipment.module, len(self.history) + 1
            raise ShapecalcError(
                f"{_no_number(number, self._steps + 1)} {_blame(module, inputs)} {_lower(self.equipment.settings)}"
            )

    def state(self) -> TrainingState:
        """Everything that this training needs to go on from here."""
        tools = self.equipment
        scaler = tools.accelerator.scaler
        parts = {
            **{f"model.{name}": value for name, value in tools.module.state_dict().items()},
            **{f"best.{name}": value for name, value in self.best.items()},
            **optimizer_tensors(tools.plain_optimizer),
        }
        progress = {
            "steps": self._steps,
            "steps_of_epoch": self._steps_of_epoch,
            "samples_of_epoch": self._samples_of_epoch,
            "loss_sum": self._total_loss(),
            "history": [asdict(epoch) for epoch in self.history],
            "optimizer": optimizer_groups(tools.plain_optimizer),
            "schedule": moving_values(tools.schedule),
            "scaler": scaler.state_dict() if scaler else {},
        }
        return TrainingState(parts, progress)

    def restore(self, state: TrainingState, path: Path) -> None:
        """Go on from a state.

        Raises:
            SpecError: it is one of another net.
        """
        tools, progress = self.equipment, state.progress
        restore_module(tools.module, state.part("model"), path)
        restore_optimizer(tools.plain_optimizer, state.part("optimizer"), progress["optimizer"], path)
        moves = len(progress["history"]) if isinstance(tools.schedule, ReduceLROnPlateau) else progress["steps"]
        restore_schedule(tools.schedule, progress["schedule"], moves, path)
        if tools.accelerator.scaler and progress["scaler"]:
            tools.accelerator.scaler.load_state_dict(progress["scaler"])
        self.best = {name: value.to(tools.accelerator.device) for name, value in state.part("best").items()}
        if progress["history"]:
            check_weights(self.best, tools.module, path)
        self.history = [Epoch(**values) for values in progress["history"]]
        self._steps, self._steps_of_epoch = progress["steps"], progress["steps_of_epoch"]
        self._samples_of_epoch = progress["samples_of_epoch"]
        if tools.accelerator.is_main_process:
            self._loss_sum.fill_(progress["loss_sum"])


def _no_number(epoch: int, step: int) -> str:
    return f"The loss is no longer a number in epoch {epoch}, at step {step}."


def _lower(settings: Settings) -> str:
    rate = min(settings.lr / 10, Settings().lr)
    return f"Try --lr {rate:.2g}" + (", or --clip 1." if not settings.clip else ".")


def _blame(module: NetModule, inputs: Tensor) -> str:
    """Where the numbers of a batch stop being finite."""
    if not torch.isfinite(inputs).all():
        return "The samples themselves hold numbers that are not finite."
    for name, parameter in module.named_parameters():
        if not torch.isfinite(parameter).all():
            return f"The weights {name} are no longer finite."
    with torch.no_grad():
        for name, value in module.values(inputs):
            if not torch.isfinite(value).all():
                return f"The first output that is not finite is that of {name}."
    return "The outputs are finite, their loss is not."
