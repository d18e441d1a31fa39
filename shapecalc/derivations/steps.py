"""The steps reading: every number of a layer, derived, in the order in which a person would work them out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import cast

from shapecalc.algebra import Int, Name, evaluate, names_in
from shapecalc.algebra.memo import remember
from shapecalc.derivations.derived import Derived, derive_value, merge_axes, numbers_in
from shapecalc.derivations.fields import fields_steps
from shapecalc.layers import Shape
from shapecalc.layers.core.interning import Interned
from shapecalc.layers.core.quantity import Quantity
from shapecalc.layers.core.shapes import entries_of
from shapecalc.measures import Report, Row
from shapecalc.measures.layer import layer_of

#: A layer with more tensors than this has its parameters derived one tensor at a time.
_TENSORS_IN_ONE_LINE = 3
#: A sum of more terms than this is given by its value alone.
_TERMS_IN_A_SUM = 100


def derive(row: Row, report: Report) -> tuple[Derived, ...]:
    """Every number of one layer, derived."""
    sizes = merge_axes(size_steps(row))
    changed = [step for step in sizes if step.value not in row.input_shapes]  # a shape that stays needs no derivation
    return (*changed, *parameter_steps(row), *work_steps(row), *fields_steps(row, report))


def size_steps(row: Row) -> tuple[Derived, ...]:
    """The sizes of a layer's output, one for each formula and axis."""
    return _of_node(row, _size_steps(row.layer.interned, row.input_shapes))


def _of_node(row: Row, steps: Iterable[Derived]) -> tuple[Derived, ...]:
    """The steps of a layer as those of a node: equal layers at equal inputs are derived once."""
    return tuple([replace(step, node=row.name) for step in steps])


@remember(parts=len)
def _size_steps(interned: Interned, inputs: tuple[Shape, ...]) -> tuple[Derived, ...]:
    return tuple(
        derive_value(quantity, formula, env, axes=(axis,) if axis else ())
        for quantity, axis, formula, env in layer_of(interned).steps(inputs)
    )


def size_step(row: Row, dim: int) -> Derived | None:
    """One size of a layer's output, by its dimension; None where the layer leaves it as it came."""
    steps = size_steps(row)
    if steps[-1].quantity is Quantity.SHAPE:
        return _entry(steps[-1], dim)
    axes = [step for step in steps if step.quantity is Quantity.SIZE]
    place = dim - len(row.output_shape)  # the axes are the last dimensions
    if -place <= len(axes):
        return axes[place]
    return next((step for step in steps if step.quantity is Quantity.CHANNELS), None)


def _entry(shape: Derived, dim: int) -> Derived:
    """One size of a shape that is derived as a whole."""
    tree, value = cast("tuple[Int, ...]", shape.tree)[dim], cast("tuple[Int, ...]", shape.value)[dim]
    names = names_in(tree)
    return replace(shape, tree=tree, env=tuple(pair for pair in shape.env if pair[0] in names), value=value)


def parameter_steps(row: Row) -> tuple[Derived, ...]:
    """The parameters of a layer, the last step for all of them; () where it has none or uses another node's."""
    tensors = [] if row.share else tensor_steps(row)
    if not tensors:
        return ()
    if len(tensors) > _TENSORS_IN_ONE_LINE:
        return (*tensors, add_up(Quantity.PARAMETERS, tensors, node=row.name))
    tree, value = cast("Int", tensors[0].tree), cast("Int", tensors[0].value)
    env = dict(tensors[0].env)
    for tensor in tensors[1:]:
        tree, value = tree + cast("Int", tensor.tree), value + cast("Int", tensor.value)
        env |= dict(tensor.env)
    return (Derived(Quantity.PARAMETERS, row.name, tree, tuple(env.items()), value),)


def tensor_steps(row: Row) -> tuple[Derived, ...]:
    """The entries of each tensor of a layer: K·F·F·D."""
    return _of_node(row, _tensor_steps(row.layer.interned))


@remember(parts=len)
def _tensor_steps(interned: Interned) -> tuple[Derived, ...]:
    steps = []
    for name, formula, env in layer_of(interned).tensors():
        sizes = formula.tree(env)
        if sizes is not None:
            tree = entries_of(sizes)
            numbers = numbers_in(tree, env)
            value = evaluate(tree, dict(numbers))
            steps.append(Derived(Quantity.PARAMETERS, "", tree, numbers, value, part=name))
    return tuple(steps)


def work_steps(row: Row) -> tuple[Derived, ...]:
    """The multiply-accumulates of a layer, the last step for all of them; () where it costs none."""
    products = _of_node(row, _products(row.layer.interned, row.input_shapes, row.output_shape))
    if len(products) == 1:
        return (replace(products[0], part=""),)
    return (*products, add_up(Quantity.MACS, products, node=row.name)) if products else ()


@remember(parts=len)
def _products(interned: Interned, inputs: tuple[Shape, ...], output: Shape) -> tuple[Derived, ...]:
    return tuple(
        derive_value(Quantity.MACS, formula, env, part=name)
        for name, formula, env in layer_of(interned).work(inputs, output)
    )


def add_up(quantity: Quantity, terms: Iterable[Derived], *, node: str = "") -> Derived:
    """The sum of some numbers that are derived already."""
    terms = tuple(terms)
    names = [Name(str(quantity), position) for position in range(len(terms))]
    values = [cast("Int", term.value) for term in terms]
    value = sum(values[1:], values[0]) if values else 0
    tree: Int = value
    if values and len(terms) <= _TERMS_IN_A_SUM:
        tree = sum(cast("list[Int]", names[1:]), cast("Int", names[0]))
    return Derived(quantity, node, tree, tuple(zip(names, values, strict=True)), value, terms=terms)
