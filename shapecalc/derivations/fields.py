"""Receptive fields, derived: one step of the recurrence along each axis."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from shapecalc.algebra import normal
from shapecalc.derivations.derived import Derived, derive_value, merge_axes
from shapecalc.layers.core.motion import Slide
from shapecalc.layers.core.quantity import Quantity
from shapecalc.measures import Report, Row
from shapecalc.measures.field.axis import AxisField
from shapecalc.measures.field.sequences import TIME
from shapecalc.measures.field.sliding import JUMP, SIZE, START, TRANSPOSED_JUMP, TRANSPOSED_SIZE, TRANSPOSED_START
from shapecalc.measures.field.state import State

_WINDOW = {Quantity.FIELD: SIZE, Quantity.JUMP: JUMP, Quantity.START: START}
_TRANSPOSED = {Quantity.FIELD: TRANSPOSED_SIZE, Quantity.JUMP: TRANSPOSED_JUMP, Quantity.START: TRANSPOSED_START}


def fields_steps(row: Row, report: Report) -> tuple[Derived, ...]:
    """The receptive field, jump and start along every axis, where one step of the recurrence gives them.

    Axes that agree share a step; one that is for all of them names none, but for time.
    """
    names = report.field_axes[: len(row.fields)]  # a learned tensor has none
    steps = _along(names, row, row.state)
    if row.state.local is None:
        return steps
    return (*steps, *[replace(step, part=f"local {step.label}") for step in _along(names, row, row.state.local)])


def _along(names: tuple[str, ...], row: Row, state: State) -> tuple[Derived, ...]:
    """The steps at a place along all axes."""
    steps = [
        replace(step, axes=(name,))
        for axis, name in enumerate(names)
        for step in field_steps(row, axis=axis, state=state)
    ]
    merged = merge_axes(step for quantity in _WINDOW for step in steps if step.quantity is quantity)
    return tuple([replace(step, axes=()) if step.axes == names != (TIME,) else step for step in merged])


def field_steps(row: Row, *, axis: int = -1, state: State | None = None) -> tuple[Derived, ...]:
    """The receptive field, jump and start along an axis of the input, where one step of the recurrence gives them.

    Args:
        row: the layer.
        axis: the axis of the input.
        state: the place behind the layer; that along the local path, for example.
    """
    state = state or row.state
    if not row.fields or 0 in row.output_shape or 0 in row.input_shapes[0]:
        return ()  # an empty map has no field
    if state.motion is not row.measures.motion or not state.read:
        return ()  # every position stays, or a learned tensor has no field
    (before, *_) = state.read
    dim, inner = before.layout.dims[axis], before.axes[axis]
    slide = row.measures.motion.slide(dim) if dim is not None and before.layout.pure[axis] else None
    if slide is None or len(inner.low) != 1:
        return ()
    steps = tuple((_transposed_steps if slide.reads.transposed else _window_steps)(row, inner, slide))
    return steps if _agree(steps, state.axes[axis]) else ()


def _window_steps(row: Row, inner: AxisField, slide: Slide) -> Iterator[Derived]:
    outputs, inputs = slide.cycle()
    if outputs != 1:
        return
    first, step, taps = slide.taps(0)
    numbers: dict[str, Any] = {"field": inner.size, "jump": inner.advance, "start": inner.start, "left": -first}
    numbers |= {"kernel_size": taps, "dilation": step, "step": inputs}
    for quantity, formula in _WINDOW.items():
        yield derive_value(quantity, formula, numbers, node=row.name)


def _transposed_steps(row: Row, inner: AxisField, slide: Slide) -> Iterator[Derived]:
    first, step, taps = slide.taps(0)
    stride, _ = slide.cycle()
    numbers: dict[str, Any] = {"field": inner.size, "jump": inner.advance, "start": inner.start, "left": -first}
    numbers |= {"kernel_size": taps, "dilation": step, "stride": stride}
    if not isinstance(stride, int) or not isinstance(inner.advance, int):
        return
    from fractions import Fraction  # noqa: PLC0415  few answers are fractions, and it is slow to import

    for quantity, formula in _TRANSPOSED.items():
        derived = derive_value(quantity, formula, numbers, node=row.name)
        if quantity is Quantity.JUMP:
            derived = replace(derived, value=Fraction(inner.advance, stride), ratio=True)
        yield derived


def _agree(steps: tuple[Derived, ...], field: AxisField) -> bool:
    """Whether the steps end in what is measured: few outputs, or a bound that grows in the padding, have no formula."""
    measured = (field.size, field.jump, field.start)
    return all(
        step.value == number if step.ratio else normal(step.value) == normal(number)
        for step, number in zip(steps, measured, strict=False)
    )
