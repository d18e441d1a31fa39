"""Where a key comes from: the engine's own derivations, step by step."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import assert_never

from shapecalc.algebra import Formula, Name, product
from shapecalc.algebra.expr import Binary
from shapecalc.derivations.derived import Derived, Tree, derive_value, numbers_in
from shapecalc.derivations.fields import field_steps
from shapecalc.derivations.steps import add_up, parameter_steps, size_step, tensor_steps, work_steps
from shapecalc.grading.quiz.steps import (
    FieldGrowth,
    InputSizes,
    LayerSum,
    MeasuredBytes,
    SeenInputs,
    SharedWeights,
    SizeDerivation,
    Step,
)
from shapecalc.grading.quiz.target import MEASURES, WORK, Measure, Target
from shapecalc.grading.quiz.target_values import (
    additions_of,
    axis_of,
    dim_of,
    known_work,
    memory_of,
    node_of,
    operations_of,
    padding_env,
    seen_inputs,
    shape_of,
)
from shapecalc.layers.core.quantity import Quantity
from shapecalc.layers.padding_rules import rule_of
from shapecalc.measures import Report, Row
from shapecalc.measures.work import OPERATIONS

#: How many numbers there are in a shape.
_VALUES = Formula(lambda input: product(tuple(input)))
_BEFORE, _AFTER = Formula(lambda before: before), Formula(lambda after: after)
_MACS, _ADDITIONS, _NUMBERS = Name("MACs"), Name("biases"), Name("parameters")


def derivation(target: Target, report: Report) -> tuple[Step, ...]:  # noqa: C901  one case for each measure
    """How the engine's answer to a target comes about."""
    match target.measure:
        case "output_shape" | "channels" | "height" | "width" | "length":
            return _sizes(target, report, _dims(target, report))
        case "values":
            return _values(target, report)
        case "positions":
            return _values(target, report, first=1)
        case "padding":
            return (_padding(target, report),)
        case "parameters":
            return (_parameters(target, report),)
        case "macs" | "macs_with_bias" | "flops" | "flops_with_bias":
            return (_work(target, report),)
        case "activations":
            return (_activations(report),)
        case "bytes" | "saved_bytes":
            return (_bytes(target, report),)
        case "receptive_field" | "jump":
            return _field(target, report)
        case "field_interval":
            seen = SeenInputs(node_of(target, report), target.output or 0, seen_inputs(target, report))
            return (_growth(Quantity.FIELD, target, report), _growth(Quantity.JUMP, target, report), seen)
        case "inference_bytes" | "training_bytes":
            return (MeasuredBytes(MEASURES[target.measure], memory_of(target.measure, report)),)
        case _:
            assert_never(target.measure)


def _dims(target: Target, report: Report) -> Iterable[int]:
    """The dimensions that a question about a shape is about."""
    shape = shape_of(target, report)
    match target.measure:
        case "channels":
            return [0]
        case "output_shape":
            return range(len(shape)) if target.dim is None else [target.dim]
        case _:
            return [dim_of(target.measure, shape)]


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
        if size is not None and not _is_kept(size, row, dim):
            return size
        name = row.reads[0]
    return name


def _is_kept(size: Derived, row: Row, dim: int) -> bool:
    """Whether a layer passes a size on from the first that it reads, so that no formula of its own gives it."""
    return size.quantity is Quantity.SHAPE and size.tree == Name("input" if len(row.reads) == 1 else "inputs0", dim)


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


def _values(target: Target, report: Report, *, first: int = 0) -> tuple[Step, ...]:
    """The sizes from the first that counts, then their product."""
    shape = shape_of(target, report)
    sizes = _sizes(target, report, range(first, len(shape)))
    if len(shape) - first == 1:
        return sizes
    node, part = node_of(target, report), "positions" if first else ""
    return (*sizes, derive_value(Quantity.VALUES, _VALUES, {"input": shape[first:]}, node=node, part=part))


def _padding(target: Target, report: Report) -> Step:
    """What is put on both sides of an axis, by its amount or its rule."""
    row, env = report[node_of(target, report)], padding_env(target, report)
    formulas = rule_of(env["padding"]) or (_BEFORE, _AFTER)
    before, after = (formula.tree(env) for formula in formulas)
    value = env["before"] + env["after"]
    return Derived(Quantity.PADDING, row.name, before + after, numbers_in(before + after, env), value)


def _parameters(target: Target, report: Report) -> Step:
    """How parameters are counted."""
    if not target.node:
        return _sum(Quantity.PARAMETERS, [_parameters_of(row) for row in report if row.parameters != 0])
    row = report[target.node]
    if target.tensor:
        if target.dim is not None:
            return _tensor_size(row, target.tensor, target.dim)
        return next(step for step in tensor_steps(row) if step.part == target.tensor)
    if row.share:
        return SharedWeights(row.name, row.share)
    return _parameters_of(row)


def _parameters_of(row: Row) -> Derived:
    steps = parameter_steps(row)
    return steps[-1] if steps else Derived(Quantity.PARAMETERS, row.name, row.parameters, (), row.parameters)


def _tensor_size(row: Row, tensor: str, dim: int) -> Derived:
    """How one size of a tensor comes about."""
    formula, env = next((formula, env) for name, formula, env in row.layer.tensors() if name == tensor)
    tree = formula.tree(env)[dim]
    return Derived(
        Quantity.PARAMETERS,
        row.name,
        tree,
        numbers_in(tree, env),
        row.weights[tensor][dim],
        part=f"size {dim} of {tensor}",
    )


def _work(target: Target, report: Report) -> Step:
    """How the operations are counted."""
    measure = target.measure
    quantity = Quantity.MACS if measure == "macs" else Quantity.OPERATIONS
    if not target.node:
        return _sum(quantity, [_work_of(row, measure) for row in report if row.macs != 0])
    return _work_of(report[target.node], measure)


def _work_of(row: Row, measure: Measure) -> Derived:
    """The operations of a layer; a plain number where no formula gives it."""
    steps, number = work_steps(row), known_work(row.macs)
    macs = steps[-1] if steps else Derived(Quantity.MACS, row.name, number, (), number)
    if measure == "macs":
        return macs
    factor, _ = WORK[measure]
    additions = additions_of(row, measure)
    env = ((_MACS, number), *(((_ADDITIONS, additions),) if additions != 0 else ()))
    tree = OPERATIONS.function(factor, _MACS, 0 if additions == 0 else _ADDITIONS)
    return Derived(Quantity.OPERATIONS, row.name, tree, env, operations_of(row, measure))


def _bytes(target: Target, report: Report) -> Step:
    """How many bytes there are, as a sum over the layers; those of weights are so many for each number."""
    width = report.memory.setting.weight_size
    rows = [report[target.node]] if target.node else report
    if target.measure == "saved_bytes":
        saved = [(row.name, row.saved) for row in rows if row.saved != 0 or target.node]
        return _sum(Quantity.BYTES, [Derived(Quantity.BYTES, name, size, (), size) for name, size in saved])
    counts = [(row.name, row.parameters) for row in rows if row.parameters != 0 or target.node]
    terms = [
        Derived(Quantity.BYTES, name, width * _NUMBERS, ((_NUMBERS, count),), width * count) for name, count in counts
    ]
    return _sum(Quantity.BYTES, terms)


def _activations(report: Report) -> Step:
    """What comes in and what comes out of each layer, as a sum."""
    sizes = [(name, product(shape)) for name, shape in report.net.inputs.items()]
    sizes += [(row.name, row.values) for row in report]
    return _sum(Quantity.VALUES, [Derived(Quantity.VALUES, name, size, (), size) for name, size in sizes])


def _sum(quantity: Quantity, terms: list[Derived]) -> Step:
    return terms[0] if len(terms) == 1 else LayerSum(add_up(quantity, terms))


def _field(target: Target, report: Report) -> tuple[Step, ...]:
    """How a field or a jump grew along the way, and the last step of it where one formula gives it."""
    quantity = Quantity.FIELD if target.measure == "receptive_field" else Quantity.JUMP
    axis = axis_of(target, report)
    steps = field_steps(report[node_of(target, report)], axis=-1 if axis is None else axis)
    return (_growth(quantity, target, report), *(step for step in steps if step.quantity is quantity))


def _growth(quantity: Quantity, target: Target, report: Report) -> FieldGrowth:
    """The field or the jump behind each node on the way."""
    axis = axis_of(target, report) or 0
    path = [node.name for node in report.net.ancestors(node_of(target, report))][::-1]
    fields = [(name, report[name].fields[axis]) for name in path]
    growth = tuple((name, field.size if quantity is Quantity.FIELD else field.jump) for name, field in fields)
    return FieldGrowth(quantity, growth)
