"""Where a key comes from: the engine's own derivations, step by step."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import assert_never

from shapecalc.algebra import Formula, Int, Name, product
from shapecalc.algebra.expr import Binary
from shapecalc.derivations.derived import Derived, Tree, derive_value
from shapecalc.derivations.fields import field_steps
from shapecalc.derivations.steps import add_up, parameter_steps, size_step, tensor_steps, work_steps
from shapecalc.grading.quiz.steps import FieldGrowth, InputSizes, LayerSum, SharedWeights, SizeDerivation, Step
from shapecalc.grading.quiz.target import Target, axis_of, dim_of, known_work, node_of, shape_of
from shapecalc.layers.core.quantity import Quantity
from shapecalc.measures import Report, Row

#: How many numbers there are in a shape.
_VALUES = Formula(lambda input: product(tuple(input)))
_COUNTS = {"parameters": Quantity.PARAMETERS, "macs": Quantity.MACS}


def derivation(target: Target, report: Report) -> tuple[Step, ...]:
    """How the engine's answer to a target comes about."""
    match target.measure:
        case "output_shape":
            shape = shape_of(target, report)
            return _sizes(target, report, range(len(shape)) if target.dim is None else [target.dim])
        case "channels":
            return _sizes(target, report, [0])
        case "height" | "width" | "length":
            return _sizes(target, report, [dim_of(target.measure, shape_of(target, report))])
        case "values":
            return _values(target, report)
        case "parameters" | "macs":
            return (_count(target, report),)
        case "receptive_field" | "jump":
            return _field(target, report)
        case _:
            assert_never(target.measure)


def _sizes(target: Target, report: Report, dims: Iterable[int]) -> tuple[Step, ...]:
    """A step for each size at a node, one for all sizes that have the same formula with the same numbers."""
    groups: dict[Hashable, list[tuple[int, Derived | str]]] = {}
    for dim in dims:
        source = _source(node_of(target, report), dim, report)
        groups.setdefault(source if isinstance(source, str) else _pattern(source), []).append((dim, source))
    return tuple(_size_step(sizes, report) for sizes in groups.values())


def _size_step(sizes: list[tuple[int, Derived | str]], report: Report) -> Step:
    derived = tuple((dim, source) for dim, source in sizes if isinstance(source, Derived))
    if derived:
        return SizeDerivation(derived)
    name = str(sizes[0][1])
    return InputSizes(tuple(dim for dim, _ in sizes), name, report.net.inputs[name])


def _source(name: str, dim: int, report: Report) -> Derived | str:
    """The derivation of a size at a node, by the layer that makes it; the name of the input that it comes from."""
    while name not in report.net.inputs:
        row = report[name]
        size = size_step(row, dim)
        if size is not None:
            return size
        name = row.reads[0]
    return name


def _pattern(size: Derived) -> Hashable:
    """What sizes with the same formula and the same numbers have in common, whatever their axes."""
    return size.node, size.quantity, _skeleton(size.tree), tuple(number for _, number in size.env)


def _skeleton(tree: Tree) -> Hashable:
    match tree:
        case Name(name):
            return name
        case Binary(left, right):
            return type(tree), _skeleton(left), _skeleton(right)
        case _:
            return tree


def _values(target: Target, report: Report) -> tuple[Step, ...]:
    """The sizes, then their product."""
    shape = shape_of(target, report)
    sizes = _sizes(target, report, range(len(shape)))
    if len(shape) == 1:
        return sizes
    return (*sizes, derive_value(Quantity.VALUES, _VALUES, {"input": shape}, node=node_of(target, report)))


def _count(target: Target, report: Report) -> Step:
    """How parameters or multiply-accumulates are counted."""
    quantity = _COUNTS[target.measure]
    if not target.node:
        terms = [_total(row, quantity) for row in report if _number(row, quantity) != 0]
        return terms[0] if len(terms) == 1 else LayerSum(add_up(quantity, terms))
    row = report[target.node]
    if target.tensor:
        return next(step for step in tensor_steps(row) if step.part == target.tensor)
    if row.share and quantity is Quantity.PARAMETERS:
        return SharedWeights(row.name, row.share)
    return _total(row, quantity)


def _total(row: Row, quantity: Quantity) -> Derived:
    """All parameters or multiply-accumulates of a layer; a plain number where no formula gives it."""
    steps = parameter_steps(row) if quantity is Quantity.PARAMETERS else work_steps(row)
    number = _number(row, quantity)
    return steps[-1] if steps else Derived(quantity, row.name, number, (), number)


def _number(row: Row, quantity: Quantity) -> Int:
    return row.parameters if quantity is Quantity.PARAMETERS else known_work(row.macs)


def _field(target: Target, report: Report) -> tuple[Step, ...]:
    """How a field or a jump grew along the way, and the last step of it where one formula gives it."""
    quantity = Quantity.FIELD if target.measure == "receptive_field" else Quantity.JUMP
    axis = axis_of(target, report)
    row = report[node_of(target, report)]
    path = [node.name for node in report.net.ancestors(row.name)][::-1]
    fields = [(name, report[name].fields[axis or 0]) for name in path]
    growth = tuple((name, field.size if quantity is Quantity.FIELD else field.jump) for name, field in fields)
    steps = field_steps(row, axis=-1 if axis is None else axis)
    return (FieldGrowth(quantity, growth), *(step for step in steps if step.quantity is quantity))
