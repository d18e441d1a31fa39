"""What a training will take, before it starts: memory at a batch size, the largest batch that fits, and work."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, final

from shapecalc.catalogue.data_sets import DataSetFacts
from shapecalc.errors import ShapecalcError, ShapeError, SpecError, did_you_mean
from shapecalc.formats import spec_of
from shapecalc.formats.text.quantities import read_bytes
from shapecalc.layers import shape_text
from shapecalc.measures import Report, measure
from shapecalc.net import Net
from shapecalc.page import Column, Lines, Page, Presentable, Table
from shapecalc.page.numbers import bytes_text, rounded, thousands
from shapecalc.solve.footnotes import footnotes

#: The optimizers of a training, by what keeps their state: plain descent is with momentum.
OPTIMIZER_STATES: Mapping[str, str] = MappingProxyType({"adamw": "adamw", "sgd": "momentum"})
#: The number types of a training, by its precision: below fp32, weights stay in float32.
PRECISIONS: Mapping[str, str] = MappingProxyType({"fp32": "float32", "bf16": "amp", "fp16": "amp"})
#: Bytes of a number of a sample.
_SAMPLE = 4
#: The largest batch that is looked for.
_LARGEST = 2**31


@final
@dataclass(frozen=True, slots=True)
class TrainingPlan(Presentable):
    """What a training will take.

    Attributes:
        report: the measures of the net at the batch size, as it is trained.
        data: the data set.
        epochs: the number of passes over the training samples.
        best_weights: bytes of the best weights, which are kept beside those that learn.
        samples: bytes of a batch as it is read, and, below fp32, as it is normalised.
        device_memory: bytes of the device; None where they are not stated.
        largest_batch: the largest batch that fits into them; None where they are not stated, 0 where none fits.
    """

    report: Report
    data: DataSetFacts
    epochs: int
    best_weights: int
    samples: int
    device_memory: int | None = None
    largest_batch: int | None = None

    @property
    def batch(self) -> int:
        """Samples per step."""
        return _whole(self.report.memory.batch)

    @property
    def bytes(self) -> int:
        """All that is counted."""
        return _total(self.report, self.best_weights, self.samples)

    @property
    def steps_per_epoch(self) -> int:
        """The last step of an epoch may be a smaller one."""
        return -(-self.data.train // self.batch)

    @property
    def macs_per_step(self) -> int | None:
        """Multiply-accumulates of a step, forward and back."""
        macs = self.report.training_macs
        return macs if isinstance(macs, int) else None

    @property
    def macs_per_epoch(self) -> int | None:
        """Multiply-accumulates of all samples of an epoch, forward and back, without validation."""
        macs = self.macs_per_step
        return None if macs is None else macs // self.batch * self.data.train

    def _bytes_by_part(self) -> dict[str, int]:
        memory = self.report.memory
        names = ("parameters", "buffers", "gradients", "optimizer", "saved")
        return {
            **{name: getattr(memory, name) for name in names},
            "best_weights": self.best_weights,
            "samples": self.samples,
        }

    def page(self) -> Page:
        setting = self.report.memory.setting
        parts = self._bytes_by_part()
        rows = [(_NOUNS[name], bytes_text(size)) for name, size in parts.items()]
        rows.append(("together", bytes_text(self.bytes)))
        table = Table((Column(f"memory of a step ({setting.words()})"), Column("", "right")), tuple(rows))
        head = (
            f"{self.data.name}: {thousands(self.data.train)} training samples of {shape_text(self.data.shape)}, "
            f"{thousands(self.report.trainable)} parameters to train"
        )
        return Page((Lines((head,)), table, *footnotes(self._notes())))

    def _notes(self) -> list[tuple[str, str]]:
        steps = self.steps_per_epoch
        notes = [
            ("steps", f"{thousands(steps)} per epoch, {thousands(steps * self.epochs)} in {self.epochs} epochs"),
            ("work", f"{rounded(self.macs_per_step)} MACs per step, {rounded(self.macs_per_epoch)} per epoch"),
        ]
        if self.device_memory is not None:
            size = bytes_text(self.device_memory)
            fits = f"at most {thousands(self.largest_batch)} samples" if self.largest_batch else "none, not even of 1,"
            notes.append(("batch", f"{fits} in {size}"))
            if self.bytes > self.device_memory:
                notes.append(("warning", f"{bytes_text(self.bytes)} for a batch of {self.batch} are more than {size}"))
        return notes + ([("bound", self.report.memory.reason)] if self.report.memory.reason else [])

    def as_dict(self) -> dict[str, Any]:
        """What ``--json`` prints."""
        return {
            "net": spec_of(self.report.net),
            "data": self.data.name,
            "input": list(self.data.shape),
            "samples": self.data.train,
            "setting": self.report.memory.setting.as_dict(),
            "memory": {**self._bytes_by_part(), "total": self.bytes, "unit": "bytes"},
            "bound_because": self.report.memory.reason or None,
            "steps_per_epoch": self.steps_per_epoch,
            "epochs": self.epochs,
            "macs_per_step": self.macs_per_step,
            "macs_per_epoch": self.macs_per_epoch,
            "device_memory": self.device_memory,
            "largest_batch": self.largest_batch,
        }


_NOUNS = {
    "parameters": "parameters",
    "buffers": "buffers",
    "gradients": "gradients",
    "optimizer": "the optimizer's state",
    "saved": "saved for the way back",
    "best_weights": "the best weights so far",
    "samples": "samples of a batch",
}


def plan_training(
    net: Net,
    data: DataSetFacts,
    *,
    batch_size: int = 64,
    epochs: int = 20,
    optimizer: str = "adamw",
    precision: str = "fp32",
    device: str = "cpu",
    device_memory: int | str | None = None,
) -> TrainingPlan:
    """What a training of a net will take.

    Args:
        net: the network; its input shape is replaced by that of the samples.
        data: the data set.
        batch_size: samples per step.
        epochs: passes over the training samples.
        optimizer: adamw or sgd.
        precision: fp32, bf16 or fp16, of the forward pass.
        device: cpu or cuda.
        device_memory: the memory that a batch must fit into: bytes, or "8 GB".

    Raises:
        ShapeError: the net is not legal for the samples.
        SpecError: it does not end in what they ask for, or a setting is not known.
    """
    for name, word, words in (("optimizer", optimizer, OPTIMIZER_STATES), ("precision", precision, PRECISIONS)):
        if word not in words:
            raise SpecError(f"There is no {name} {word!r}{did_you_mean(word, words)}; known are {', '.join(words)}.")
    net = net.with_input(data.shape)

    def report_of(batch: int) -> Report:
        kept = OPTIMIZER_STATES[optimizer]
        return measure_for(data, net, batch=batch, optimizer=kept, dtype=PRECISIONS[precision], device=device)

    report = report_of(batch_size)
    if report.has_letters:
        raise SpecError("A plan needs numbers; give some for the letters of the net.")
    if report.output_shape != data.output_shape:
        raise SpecError(f"The net ends in {shape_text(report.output_shape)} but {data.wanted()}.")
    limit = None if device_memory is None else read_bytes(device_memory)
    copies = 1 if precision == "fp32" else 2

    def plan(batch: int, size: int | None = None, largest: int | None = None) -> TrainingPlan:
        measured = report_of(batch)
        weights = measured.memory.parameters + measured.memory.buffers
        samples = copies * _SAMPLE * _values(data) * batch
        return TrainingPlan(measured, data, epochs, _whole(weights), samples, size, largest)

    largest = None if limit is None else bisect_right(range(1, _LARGEST), limit, key=lambda batch: plan(batch).bytes)
    return plan(batch_size, limit, largest)


def measure_for(data: DataSetFacts, net: Net, **setting: Any) -> Report:
    """The measures of a net for samples, whose shape is no choice.

    Args:
        data: the data set.
        net: the network, with the shape of the samples or that to which they are scaled.
        setting: as for :func:`shapecalc.measure`.

    Raises:
        ShapeError: the net is not legal; its repairs leave the input alone.
    """
    try:
        return measure(net, **setting)
    except ShapeError as error:
        repairs = tuple(phrase for phrase in error.repairs if not phrase.startswith(f"{next(iter(net.inputs))} "))
        kind = "images" if len(data.shape) == 3 else "samples"
        reason = f"{error.reason} The {kind} of {data.name} are {shape_text(data.shape)}."
        raise ShapeError(reason, node=error.node, repairs=repairs) from None


def _values(data: DataSetFacts) -> int:
    """The numbers of a sample."""
    count = 1
    for size in data.shape:
        count *= _whole(size)
    return count


def _total(report: Report, *others: int) -> int:
    training = report.memory.training
    if training is None:
        raise ShapecalcError("Weights of an integer type are not trained.")
    return sum(others, _whole(training))


def _whole(value: Any) -> int:
    """A number of a net without letters."""
    if not isinstance(value, int):
        raise SpecError(f"A plan needs numbers, but the net comes to {value}.")
    return value
