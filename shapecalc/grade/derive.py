"""Where a key comes from: the layers' own formulas, in letters and in numbers, one sentence a step."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, assert_never

from shapecalc.algebra import Expr, Formula, names_of, product, text
from shapecalc.grade.ask import Ask, answer, axis_of, dim_of, node_of, shape_of
from shapecalc.layers import shape_text
from shapecalc.layers.letters import in_letters, in_numbers, letter
from shapecalc.measure import Report

#: A sum is written out up to this many terms.
MAX_TERMS = 6


def derivation(ask: Ask, report: Report) -> str:
    """How the engine's answer comes about, as one line: steps with ";" between them."""
    match ask.measure:
        case "output_shape":
            shape = shape_of(ask, report)
            dims = range(len(shape)) if ask.dim is None else [ask.dim]
            steps = _sizes(report, node_of(ask, report), dims)
        case "channels":
            steps = _sizes(report, node_of(ask, report), [0])
        case "height" | "width" | "length":
            steps = _sizes(report, node_of(ask, report), [dim_of(ask.measure, shape_of(ask, report))])
        case "values":
            shape = shape_of(ask, report)
            steps = _sizes(report, node_of(ask, report), range(len(shape)))
            steps += [_equal("values", "·".join(map(str, shape)), answer(ask, report))] if len(shape) > 1 else []
        case "parameters":
            steps = _parameters(ask, report)
        case "macs":
            steps = _macs(ask, report)
        case "receptive_field" | "jump":
            steps = _field(ask, report)
        case _:
            assert_never(ask.measure)
    return "; ".join(steps)


def _chain(*sides: object) -> str:
    """``a = b = c``, a side that only repeats the one before it left out."""
    written = [str(side) for side in sides]
    return " = ".join(side for place, side in enumerate(written) if place == 0 or side != written[place - 1])


def _equal(what: str, *sides: object) -> str:
    return f"{what} = {_chain(*sides)}"


def _sizes(report: Report, name: str, dims: Iterable[int]) -> list[str]:
    """A step for each of the sizes at a node; sizes that only pass through are followed to where they are made."""
    found: dict[str, list[str]] = {}
    for dim in dims:
        where, what, sentence = _size(report, name, dim)
        found.setdefault(f" of {where} = {sentence}", []).append(what)
    return [f"{' and '.join(dict.fromkeys(whats))}{sentence}" for sentence, whats in found.items()]


def _size(report: Report, name: str, dim: int) -> tuple[str, str, str]:
    """Where one size is made, what it is called there, and how it comes about."""
    while name not in report.net.inputs:
        row = report[name]
        steps = list(row.layer.steps(row.input_shapes))
        if steps[-1][0] == "output":
            _, formula, env = steps[-1]
            return name, "output", _entry(formula, env, dim)
        axes = [step for step in steps if step[0] != "channels"]
        made = [step for step in steps if step[0] == "channels"] if dim < len(row.output_shape) - len(axes) else axes
        if made:
            what, formula, env = made[dim - len(row.output_shape)] if made is axes else made[0]
            return name, what, _chain(in_letters(formula, env), in_numbers(formula, env), formula.at(env))
        name = row.reads[0]  # the layer leaves this size as it came
    return name, "shape", shape_text(report.net.inputs[name])


def _entry(formula: Formula, env: dict[str, Any], dim: int) -> str:
    """One size of a formula that gives a whole shape."""
    tree, numbers = formula.tree(env)[dim], names_of(env)
    letters = text(tree, letter)
    # the sizes of an input have no letters of their own: input·input·input says nothing
    sides = [letters] if "input" not in letters else []
    return _chain(*sides, text(tree, lambda name: _number(numbers[name])), formula.at(env)[dim])


def _parameters(ask: Ask, report: Report) -> list[str]:
    if not ask.node:
        return [_total("parameters", [(row.name, row.parameters) for row in report], report.parameters)]
    row = report[ask.node]
    if row.share:
        return [f"{row.name} uses the weights of {row.share} and has none of its own"]
    wanted = [step for step in row.layer.tensors() if step[1].at(step[2]) is not None]
    if ask.tensor:
        wanted = [step for step in wanted if step[0] == ask.tensor]
    value = answer(ask, report)
    what = f"{ask.tensor or 'parameters'} of {row.name}"
    one_env = all(env == wanted[0][2] for _, _, env in wanted)
    if not wanted or not one_env or len(wanted) > MAX_TERMS:
        return [_total(what, [(name, product(formula.at(env))) for name, formula, env in wanted], value)]
    numbers = names_of(wanted[0][2])
    terms = [product(formula.tree(env)) for _, formula, env in wanted]
    letters = " + ".join(text(term, letter) for term in terms)
    return [_equal(what, letters, " + ".join(text(term, lambda name: _number(numbers[name])) for term in terms), value)]


def _number(value: object) -> str | int:
    return value if isinstance(value, int) else str(value)


def _macs(ask: Ask, report: Report) -> list[str]:
    if not ask.node:
        return [_total("MACs", [(row.name, row.macs) for row in report], report.macs)]
    row = report[ask.node]
    steps = list(row.layer.work(row.input_shapes, row.output_shape))
    if len(steps) != 1:
        return [_total(f"MACs of {row.name}", [(what, formula.at(env)) for what, formula, env in steps], row.macs)]
    ((_, formula, env),) = steps
    return [_equal(f"MACs of {row.name}", in_letters(formula, env), in_numbers(formula, env), row.macs)]


def _total(what: str, terms: list[tuple[str, int | Expr]], value: object) -> str:
    counted = [(name, number) for name, number in terms if number != 0]
    if len(counted) > MAX_TERMS:
        return f"{what} = the sum over {len(counted)} terms = {value}"
    return _equal(what, " + ".join(f"{number} ({name})" for name, number in counted) or 0, value)


def _field(ask: Ask, report: Report) -> list[str]:
    axis = axis_of(ask, report) or 0
    path = [node.name for node in report.net.ancestors(node_of(ask, report))][::-1]
    fields = [(name, report[name].fields[axis]) for name in path]
    seen = [(name, field.size if ask.measure == "receptive_field" else field.jump) for name, field in fields]
    shown = seen if len(seen) <= MAX_TERMS else [seen[0], ("…", ""), *seen[-MAX_TERMS + 2 :]]
    what = "receptive field" if ask.measure == "receptive_field" else "jump"
    return [f"{what} after " + ", ".join(f"{name} {size}".strip() for name, size in shown)]
