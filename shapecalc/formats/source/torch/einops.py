"""einops: rearrange, reduce and repeat, and its layers, whose patterns name the dimensions."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from shapecalc.algebra import Int, product
from shapecalc.algebra.comparison import Comparison, Relation
from shapecalc.formats.source.faults import Fault
from shapecalc.formats.source.letters import cancelled
from shapecalc.formats.source.torch.arguments import tensor, unknown_in
from shapecalc.formats.source.torch.joining import cat, stack
from shapecalc.formats.source.torch.rules import declare
from shapecalc.formats.source.values import Native, Tensor, Unknown, Value
from shapecalc.layers import Shape, shape_text
from shapecalc.layers.core.conditions import Condition

if TYPE_CHECKING:
    from shapecalc.formats.source.reader import Interpreter

#: A dimension of a pattern: the names that it is made of, of which "..." stands for any number of them.
Group = tuple[str, ...]
#: Any number of dimensions, each on its own.
DOTS: Group = ("dimensions",)
_PIECE = r"\(([^()]*)\)|(\.\.\.|…)|(\w+)|(\S)"


def _groups(side: str, pattern: str, node: ast.AST) -> list[Group]:
    groups: list[Group] = []
    for inner, dots, name, other in re.findall(_PIECE, side):
        if other:
            raise Fault("einops", f"The pattern {pattern!r} has {other!r}, which einops does not know.", node)
        groups.append(DOTS if dots else (name,) if name else tuple(inner.replace("…", "...").split()))
    return groups


def _sides(pattern: str, node: ast.AST) -> tuple[list[Group], list[Group]]:
    left, arrow, right = pattern.partition("->")
    if not arrow:
        raise Fault("einops", f"The pattern {pattern!r} has no '->'.", node)
    return _groups(left, pattern, node), _groups(right, pattern, node)


def transformed(reader: Interpreter, value: Tensor, pattern: str, sizes: dict[str, Value], node: ast.AST) -> Tensor:
    """A tensor as a pattern arranges it.

    Raises:
        Fault: the pattern does not fit it.
    """
    left, right = _sides(pattern, node)
    if value.shape is None:
        return Tensor(None)
    left, right, shape = _without_dots(left, right, value.shape)
    if len(left) != len(shape):
        message = (
            f"The pattern {pattern!r} is for {len(left)} dimensions, but {shape_text(value.shape)} has {len(shape)}."
        )
        raise Fault("einops", message, node)
    known: dict[str, Int] = {name: size for name, size in sizes.items() if not isinstance(size, Unknown)}
    for group, size in zip(left, shape, strict=True):
        _solve(reader, group, size, known, pattern, node)
    output = []
    for group in right:
        missing = next((name for name in group if name not in known and not name.isdigit()), None)
        if missing is not None:
            raise Fault("einops", f"The pattern {pattern!r} does not say how large {missing} is.", node)
        output.append(cancelled(product(tuple([known[name] if name in known else int(name) for name in group]))))
    return Tensor(tuple(output), value.kind)


def _without_dots(left: list[Group], right: list[Group], shape: Shape) -> tuple[list[Group], list[Group], Shape]:
    """The sides of a pattern with a name for each dimension that three dots stand for."""
    if DOTS not in left:
        return left, right, shape
    names = [f"_{place}" for place in range(len(shape) - len(left) + 1)]
    return _spelled(left, names), _spelled(right, names), shape


def _spelled(side: list[Group], names: list[str]) -> list[Group]:
    """A side of a pattern with names in place of its dots, within a dimension or on their own."""
    groups: list[Group] = []
    for group in side:
        if group == DOTS:
            groups += [(name,) for name in names]
        else:
            groups.append(tuple([name for each in group for name in (names if each == "..." else [each])]))
    return groups


def _solve(reader: Interpreter, group: Group, size: Int, known: dict[str, Int], pattern: str, node: ast.AST) -> None:
    """What a dimension says of the names that it is made of."""
    open_names = [name for name in group if name not in known and not name.isdigit()]
    rest = product(tuple([known[name] if name in known else int(name) for name in group if name not in open_names]))
    if len(open_names) > 1:
        message = f"The pattern {pattern!r} does not say how large {open_names[0]} and {open_names[1]} are."
        raise Fault("einops", message, node)
    relation = Relation.DIVIDES if open_names else Relation.EQUAL
    words = f"{rest} times a whole number" if open_names else str(rest)
    message = f"In {pattern!r}, {' '.join(group)} is {words}, but the size is {size}."
    if not (open_names and rest == 1):
        condition = Condition("the names must multiply to the size", (Comparison(rest, relation, size),))
        reader.run.require(condition, message, node)
    if open_names:
        known[open_names[0]] = cancelled(size // rest)


@declare("einops.rearrange", "einops.repeat")
def rearrange(reader: Interpreter, node: ast.AST, tensor_: Value, pattern: Value, **sizes: Value) -> Value:
    """Dimensions moved, joined, parted, or repeated."""
    if isinstance(tensor_, list | tuple):
        tensor_ = stack(reader, node, tensor_)
    value = tensor(reader, tensor_, "rearrange", node)
    unknown = unknown_in(pattern, *sizes.values())
    if unknown is not None or not isinstance(pattern, str) or not all(isinstance(each, Int) for each in sizes.values()):
        return reader.run.unknown("a pattern of einops", node)
    return transformed(reader, value, pattern, sizes, node)


def _packed_place(pattern: Value) -> tuple[int, int] | None:
    """How many dimensions of a pattern stand before and behind its star."""
    parts = pattern.split() if isinstance(pattern, str) else []
    return (parts.index("*"), len(parts) - parts.index("*") - 1) if parts.count("*") == 1 else None


@declare("einops.pack")
def pack(reader: Interpreter, node: ast.AST, tensors: Value, pattern: Value) -> Value:
    """Tensors with all dimensions at the star joined into one, one behind the other; and what was joined."""
    place = _packed_place(pattern)
    items = tensors if isinstance(tensors, list | tuple) else ()
    if place is None or not items or not all(isinstance(each, Tensor) and each.shape is not None for each in items):
        return reader.run.unknown("einops.pack", node)
    before, behind = place
    if any(len(each.shape) < before + behind for each in items):
        raise Fault("einops", f"The pattern {pattern!r} has more dimensions than a tensor.", node)
    parts = [each.shape[before : len(each.shape) - behind] for each in items]
    joined = [
        Tensor((*each.shape[:before], product(part), *each.shape[len(each.shape) - behind :]), each.kind)
        for each, part in zip(items, parts, strict=True)
    ]
    output = joined[0] if len(joined) == 1 else cat(reader, node, joined, before)
    return output, [tuple(part) for part in parts]


@declare("einops.unpack")
def unpack(reader: Interpreter, node: ast.AST, tensor_: Value, packed_shapes: Value, pattern: Value) -> Value:
    """The tensors that were packed."""
    place, value = _packed_place(pattern), tensor(reader, tensor_, "unpack", node)
    is_known = isinstance(packed_shapes, list | tuple) and unknown_in(*packed_shapes) is None
    if place is None or value.shape is None or not is_known or any(-1 in part for part in packed_shapes):
        return reader.run.unknown("einops.unpack", node)
    before, shape = place[0], value.shape
    total = sum((product(tuple(part)) for part in packed_shapes), 0)
    condition = Condition("the parts must add up to the size", (Comparison(total, Relation.EQUAL, shape[before]),))
    reader.run.require(condition, f"The parts have {total} entries together, but the size is {shape[before]}.", node)
    return [Tensor((*shape[:before], *part, *shape[before + 1 :]), value.kind) for part in packed_shapes]


@declare("einops.reduce")
def reduce(
    reader: Interpreter, node: ast.AST, tensor_: Value, pattern: Value, reduction: Value, **sizes: Value
) -> Value:
    """Dimensions joined away."""
    return rearrange(reader, node, tensor_, pattern, **sizes)


def _layer(node: ast.AST, pattern: Value, sizes: dict[str, Value]) -> Native:
    def rule(reader: Interpreter, node: ast.AST, input: Value) -> Value:
        return rearrange(reader, node, input, pattern, **sizes)

    return Native("einops.layers.torch.Rearrange", rule)


@declare("einops.layers.torch.Rearrange")
def rearrange_layer(reader: Interpreter, node: ast.AST, pattern: Value, **sizes: Value) -> Value:
    """The layer of rearrange."""
    return _layer(node, pattern, sizes)


@declare("einops.layers.torch.Reduce")
def reduce_layer(reader: Interpreter, node: ast.AST, pattern: Value, reduction: Value, **sizes: Value) -> Value:
    """The layer of reduce."""
    return _layer(node, pattern, sizes)
