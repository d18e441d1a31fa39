"""The totals of a net as sums: its parameters, its work, and its memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from shapecalc.algebra import Expr, Int
from shapecalc.derivations.derived import different
from shapecalc.layers.core.saving import INDEX
from shapecalc.measures import Report
from shapecalc.measures.measurement import add_domain
from shapecalc.measures.report_page import unused_work
from shapecalc.measures.setting import OPTIMIZERS
from shapecalc.page import Derivation
from shapecalc.page.numbers import bytes_text, thousands

#: The space in which the labels of the totals stand.
_MARGIN = 11
#: A sum of more terms is its value alone.
MAX_TERMS = 1_000


def total_steps(report: Report, legal: str) -> Derivation:
    """The parameters and the work of one input, as sums over the layers, and what is legal for its letters or ""."""
    totals = [
        ("parameters", _sum([row.parameters for row in report], report.parameters)),
        ("MACs", _sum([row.macs for row in report], report.macs)),
    ]
    totals += unused_work(report)
    totals += [("legal for", legal)] if legal else []
    return Derivation("total", remarks=_labelled(totals))


def memory_steps(report: Report) -> Derivation:
    """The bytes of each part of the memory, and the work of a training step, for the report's setting."""
    setting = report.memory.setting
    words = f"{setting.dtype}, {setting.optimizer}, {setting.device}"
    name = f"memory of a batch of {thousands(setting.batch)} ({words})"
    return Derivation(name, remarks=_labelled(_memory(add_domain(report))))


def _memory(report: Report) -> Iterator[tuple[str, str]]:
    memory, width = report.memory, report.memory.setting.weight_size
    yield "parameters", _product(width, report.parameters, memory.parameters)
    integers = sum([row.measures.tensors.counted for row in report if not row.share])
    yield "buffers", _product(width, report.buffers - integers, memory.buffers, _times(INDEX, integers))
    yield "inference", f"{_bytes(memory.inference)} of inputs and outputs at one time"
    if memory.training is None:
        yield "training", f"none, as {memory.reason}"
        return
    yield "gradients", _product(width, report.trainable, memory.gradients)
    numbers, _ = OPTIMIZERS[memory.setting.optimizer]
    steps = memory.optimizer - numbers * width * report.trainable
    factor = f"{numbers}·" if memory.optimizer != 0 else ""
    yield "optimizer", factor + _product(width, report.trainable, memory.optimizer, _times(1, steps))
    bound = f"; a bound from {memory.reason}" if memory.reason else ""
    yield "saved", _sum([row.saved for row in report], memory.saved, as_bytes=True) + bound
    parts = [memory.parameters, memory.buffers, memory.gradients, memory.optimizer, memory.saved]
    yield "training", _sum(parts, memory.training, as_bytes=True)
    if report.trainable != 0:
        yield "step", f"{thousands(report.training_macs)} MACs forward and back"


def _bytes(size: Int | None) -> str:
    """Bytes, and in one unit where they are many."""
    unit = f" ({bytes_text(size)})" if isinstance(size, int) and size >= 2**10 else ""
    return f"{bytes_text(size)}" if size is None else f"{thousands(size)} bytes{unit}"


def _product(width: int, count: Int, value: Int, rest: str = "") -> str:
    """Bytes as so many numbers of a width, and what is besides."""
    if value == 0:
        return _bytes(value)
    brackets = isinstance(count, Expr) and any(sign in str(count) for sign in (" + ", " − "))
    return _equation(f"{width}·{f'({count})' if brackets else thousands(count)}{rest}", value, _bytes(value))


def _equation(left: str, value: Int, right: str) -> str:
    """Both sides of an equation; one of them where they are the same, but for the order of their letters."""
    return right if len(different((left, str(value)))) == 1 else f"{left} = {right}"


def _times(width: int, count: Int) -> str:
    """A term that is added, or nothing where it is 0."""
    return "" if count == 0 else f" + {f'{width}·' if width > 1 else ''}{thousands(count)}"


def _sum(terms: Sequence[Int | None], value: Int | None, *, as_bytes: bool = False) -> str:
    if value is None:
        return "not known"
    terms = [term for term in terms if term != 0]
    text = _bytes(value) if as_bytes else thousands(value)
    if len(terms) > MAX_TERMS or len(terms) < 2:
        return text
    return _equation(" + ".join(map(thousands, terms)), value, text)


def _labelled(totals: Sequence[tuple[str, str]] | Iterator[tuple[str, str]]) -> tuple[str, ...]:
    return tuple([f"{label:<{_MARGIN}}{words}" for label, words in totals])
