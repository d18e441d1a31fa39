"""Where a key comes from: the engine's own derivations, one sentence a step."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import assert_never

from shapecalc.algebra import Int
from shapecalc.derivations.derived import Derived, numbers_in
from shapecalc.derivations.steps import field_steps, parameter_steps, tensor_steps, work_steps
from shapecalc.grading.quiz.ask import Ask, answer, axis_of, dim_of, node_of, shape_of
from shapecalc.layers import shape_text
from shapecalc.layers.core.quantity import Quantity
from shapecalc.measures import Report, Row

#: A sum or a path is written out up to this many terms.
MAX_TERMS = 6


def derivation(ask: Ask, report: Report) -> str:
    """How the engine's answer comes about, as one line: steps with ";" between them."""
    return "; ".join(_steps(ask, report))


def _steps(ask: Ask, report: Report) -> list[str]:
    match ask.measure:
        case "output_shape":
            shape = shape_of(ask, report)
            return _sizes(ask, report, range(len(shape)) if ask.dim is None else [ask.dim])
        case "channels":
            return _sizes(ask, report, [0])
        case "height" | "width" | "length":
            return _sizes(ask, report, [dim_of(ask.measure, shape_of(ask, report))])
        case "values":
            shape = shape_of(ask, report)
            counted = f"values = {'·'.join(map(str, shape))} = {answer(ask, report)}"
            return [*_sizes(ask, report, range(len(shape))), *([counted] if len(shape) > 1 else [])]
        case "parameters" | "macs":
            return [_counted(ask, report)]
        case "receptive_field" | "jump":
            return _field(ask, report)
        case _:
            assert_never(ask.measure)


def _sizes(ask: Ask, report: Report, dims: Iterable[int]) -> list[str]:
    """A step for each size at a node; sizes that come about alike are told once."""
    found: dict[str, list[str]] = {}
    for dim in dims:
        what, sentence = _size(report, node_of(ask, report), dim)
        found.setdefault(sentence, []).append(what)
    return [f"{' and '.join(dict.fromkeys(whats))} of {sentence}" for sentence, whats in found.items()]


def _size(report: Report, name: str, dim: int) -> tuple[str, str]:
    """What a size is called where it is made, and how it is made there: it may have come through several layers."""
    while name not in report.net.inputs:
        row = report[name]
        made = _made(row, dim)
        if made is not None:
            return made.label, f"{name} = {made.text()}"
        name = row.reads[0]
    return "shape", f"{name} = {shape_text(report.net.inputs[name])}"


def _made(row: Row, dim: int) -> Derived | None:
    """The derivation of one size; None where the layer leaves it as it came."""
    steps = list(row.layer.steps(row.input_shapes))
    if steps[-1][0] is Quantity.SHAPE:
        quantity, _, formula, env = steps[-1]
        tree = formula.tree(env)[dim]
        return Derived(quantity, row.name, tree, numbers_in(tree, env), formula.at(env)[dim])
    axes = [step for step in steps if step[0] is not Quantity.CHANNELS]
    place = dim - len(row.output_shape)  # the axes are the last sizes
    mine = [axes[place]] if -place <= len(axes) else [step for step in steps if step[0] is Quantity.CHANNELS]
    for quantity, axis, formula, env in mine:
        tree = formula.tree(env)
        return Derived(quantity, row.name, tree, numbers_in(tree, env), formula.at(env), (axis,) if axis else ())
    return None


def _counted(ask: Ask, report: Report) -> str:
    """How parameters or multiply-accumulates are counted."""
    what = "parameters" if ask.measure == "parameters" else "MACs"
    value = answer(ask, report)
    if not ask.node:
        every = [(row.name, row.parameters if what == "parameters" else row.macs) for row in report]
        parts = [(name, part) for name, part in every if part != 0]
        return _total(what, parts, value) if len(parts) != 1 else _counted(replace(ask, node=parts[0][0]), report)
    row = report[ask.node]
    if ask.tensor:
        tensor = next(step for step in tensor_steps(row) if step.part == ask.tensor)
        return f"{ask.tensor} of {row.name} = {tensor.text()}"
    if row.share and what == "parameters":
        return f"{row.name} uses the weights of {row.share} and has none of its own"
    steps = parameter_steps(row) if what == "parameters" else work_steps(row)
    return f"{what} of {row.name} = {steps[-1].text() if steps else value}"


def _total(what: str, parts: list[tuple[str, Int]], value: object) -> str:
    if len(parts) > MAX_TERMS:
        return f"{what} = the sum over {len(parts)} layers = {value}"
    terms = [f"{part} ({name})" for name, part in parts]
    return f"{what} = {' + '.join(terms)} = {value}" if terms else f"{what} = {value}"


def _field(ask: Ask, report: Report) -> list[str]:
    """How a field or a jump grew along the way, and the last step of it where one formula gives it."""
    words, quantity = (
        ("receptive field", Quantity.FIELD) if ask.measure == "receptive_field" else ("jump", Quantity.JUMP)
    )
    axis = axis_of(ask, report)
    row = report[node_of(ask, report)]
    path = [node.name for node in report.net.ancestors(row.name)][::-1]
    fields = [(name, report[name].fields[axis or 0]) for name in path]
    seen = [f"{name} {field.size if quantity is Quantity.FIELD else field.jump}" for name, field in fields]
    shown = seen if len(seen) <= MAX_TERMS else [seen[0], "…", *seen[-MAX_TERMS + 2 :]]
    last = [step for step in field_steps(row, report, axis=-1 if axis is None else axis) if step.quantity is quantity]
    return [f"{words} after {', '.join(shown)}", *(f"{words} of {row.name} = {step.text()}" for step in last)]
