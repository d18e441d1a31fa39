"""Products of matrices and of vectors."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from shapecalc.algebra import Int
from shapecalc.formats.source.faults import Fault
from shapecalc.formats.source.torch.arguments import spread, tensor
from shapecalc.formats.source.torch.elementwise import joined, matrix_product
from shapecalc.formats.source.torch.rules import RULES, declare
from shapecalc.formats.source.values import (
    Tensor,
    Value,
)
from shapecalc.layers import shape_text

if TYPE_CHECKING:
    from shapecalc.formats.source.reader import Interpreter


@declare("torch.matmul", "Tensor.matmul")
def matmul(reader: Interpreter, node: ast.AST, input: Value, other: Value) -> Value:
    """A product of matrices."""
    return matrix_product(reader.run, input, other, node)


def _of_ranks(name: str, left: int, right: int) -> Callable[..., Value]:
    """The rule of a product whose sides have so many dimensions and no others."""

    def rule(reader: Interpreter, node: ast.AST, input: Value, other: Value) -> Value:
        for value, rank in ((input, left), (other, right)):
            if isinstance(value, Tensor) and value.shape is not None and len(value.shape) != rank:
                message = f"{name} takes a tensor of {rank} dimensions, but gets {shape_text(value.shape)}."
                raise Fault("shape", message, node)
        return matrix_product(reader.run, input, other, node)

    return rule


for _name, _left, _right in (("mm", 2, 2), ("spmm", 2, 2), ("sparse.mm", 2, 2), ("mv", 2, 1), ("dot", 1, 1)):
    RULES[f"torch.{_name}"] = _of_ranks(f"torch.{_name}", _left, _right)
for _name in ("mm", "mv", "dot"):
    RULES[f"Tensor.{_name}"] = RULES[f"torch.{_name}"]


@declare("torch.bmm", "Tensor.bmm")
def bmm(reader: Interpreter, node: ast.AST, input: Value, mat2: Value) -> Value:
    """A product of as many matrices on either side."""
    for value in (input, mat2):
        if isinstance(value, Tensor) and value.shape is not None and len(value.shape) != 3:
            message = f"torch.bmm takes tensors of 3 dimensions, but one is {shape_text(value.shape)}."
            raise Fault("shape", message, node)
    return matrix_product(reader.run, input, mat2, node)


@declare("torch.einsum")
def einsum(reader: Interpreter, node: ast.AST, equation: Value, *operands: Value) -> Value:
    """A sum of products, written with a letter for each dimension."""
    tensors = [tensor(reader, each, "torch.einsum", node) for each in spread(operands)]
    if not isinstance(equation, str) or any(each.shape is None for each in tensors):
        reader.run.unknown("torch.einsum", node)
        return Tensor(None)
    left, arrow, right = equation.replace(" ", "").partition("->")
    terms = left.split(",")
    if "..." in equation and arrow:
        pairs = zip(terms, tensors, strict=False)
        ranks = [len(each.shape or ()) - len(term) + 3 for term, each in pairs if "." in term]
        terms, right = _without_dots([*terms, right], max(ranks, default=0), ranks)
    if len(terms) != len(tensors):
        message = f"The equation {equation!r} is for {len(terms)} tensors, but there are {len(tensors)}."
        raise Fault("shape", message, node)
    sizes: dict[str, Int] = {}
    for term, each in zip(terms, tensors, strict=True):
        shape = each.shape or ()
        if len(term) != len(shape):
            message = (
                f"{term!r} in {equation!r} stands for {len(term)} dimensions, but {shape_text(shape)} has {len(shape)}."
            )
            raise Fault("shape", message, node)
        for letter, size in zip(term, shape, strict=True):
            if letter in sizes:
                joined(reader.run, (sizes[letter],), (size,), node)
            sizes[letter] = size if sizes.get(letter, 1) == 1 else sizes[letter]
    output = right if arrow else "".join(sorted(letter for letter in sizes if left.count(letter) == 1))
    missing = next((letter for letter in output if letter not in sizes), None)
    if missing:
        raise Fault("shape", f"The letter {missing} on the right of {equation!r} does not stand on the left.", node)
    origin = reader.run.unfollowed("torch.einsum", node)
    origin.is_ordered = [*output] == [letter for letter in sizes if letter in output]  # else torch turns the product
    return Tensor(tuple(sizes[letter] for letter in output), made=origin)


def _without_dots(terms: list[str], most: int, ranks: list[int]) -> tuple[list[str], str]:
    """The terms of an equation with a letter for each dimension that three dots stand for, the last ones together."""
    letters = "".join(chr(_FIRST + place) for place in range(most))
    counts = iter([*ranks, most])
    *left, right = [term.replace("...", letters[most - next(counts) :]) if "..." in term else term for term in terms]
    return left, right


#: Letters that no equation has.
_FIRST = ord("α")


@declare("einops.einsum")
def einsum_in_words(reader: Interpreter, node: ast.AST, *operands: Value) -> Value:
    """The same, with words for the dimensions, and the pattern behind the tensors."""
    *tensors, pattern = operands
    if not isinstance(pattern, str) or "(" in pattern:
        return reader.run.unknown("einops.einsum", node)
    words = [*dict.fromkeys(re.findall(r"\w+", pattern))]
    letters = {word: chr(ord("A") + place) if place < 26 else "?" for place, word in enumerate(words)}
    equation = re.sub(r"\w+", lambda match: letters[match.group()], pattern)
    return einsum(reader, node, equation, *tensors)


@declare("torch.cdist")
def cdist(reader: Interpreter, node: ast.AST, x1: Value, x2: Value, p: Value = 2.0) -> Value:
    """The distances of rows."""
    second = tensor(reader, x2, "cdist", node)
    return (
        Tensor(None)
        if second.shape is None
        else Tensor(
            matrix_product(reader.run, x1, Tensor((*second.shape[:-2], second.shape[-1], second.shape[-2])), node).shape
        )
    )


@declare("torch.outer", "torch.ger", "Tensor.outer")
def outer(reader: Interpreter, node: ast.AST, input: Value, vec2: Value) -> Value:
    """Every product of an entry of one and an entry of the other."""
    first, second = tensor(reader, input, "outer", node), tensor(reader, vec2, "outer", node)
    return Tensor(None if first.shape is None or second.shape is None else (*first.shape, *second.shape))
