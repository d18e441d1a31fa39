"""Functions that move the entries of images to other places, and distances between vectors."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from shapecalc.algebra.comparison import Comparison, Relation
from shapecalc.formats.source.faults import Fault
from shapecalc.formats.source.torch.arguments import tensor, unknown_in
from shapecalc.formats.source.torch.elementwise import joined, stretched
from shapecalc.formats.source.torch.rules import declare
from shapecalc.formats.source.values import Tensor, Unknown, Value
from shapecalc.layers import Shape, shape_text
from shapecalc.layers.core.conditions import Condition

if TYPE_CHECKING:
    from shapecalc.formats.source.reader import Interpreter

#: The dimensions of images and of volumes.
_RANKS = (4, 5)


@declare("torch.nn.functional.affine_grid", "torch.affine_grid_generator")
def affine_grid(reader: Interpreter, node: ast.AST, theta: Value, size: Value, align_corners: Value = None) -> Value:
    """The place from which each entry of an image comes."""
    matrix = tensor(reader, theta, "F.affine_grid", node)
    if matrix.shape is None or isinstance(size, Unknown) or unknown_in(*size):
        return Tensor(None)
    sizes: Shape = tuple(size)
    if len(sizes) not in _RANKS:
        raise Fault("shape", f"F.affine_grid makes grids for 4 or 5 sizes, not for {shape_text(sizes)}.", node)
    rank = len(sizes) - 2
    wanted = (sizes[0], rank, rank + 1)
    _require_equal(reader, matrix.shape, wanted, "The matrix of F.affine_grid", node)
    return Tensor((sizes[0], *sizes[2:], rank))


@declare("torch.nn.functional.grid_sample", "torch.grid_sampler")
def grid_sample(
    reader: Interpreter,
    node: ast.AST,
    input: Value,
    grid: Value,
    mode: Value = "bilinear",
    padding_mode: Value = "zeros",
    align_corners: Value = None,
) -> Value:
    """The entries at the places of a grid."""
    image, places = tensor(reader, input, "F.grid_sample", node), tensor(reader, grid, "F.grid_sample", node)
    if image.shape is None or places.shape is None:
        return Tensor(None)
    if len(image.shape) not in _RANKS or len(image.shape) != len(places.shape):
        shapes = f"{shape_text(image.shape)} and {shape_text(places.shape)}"
        message = f"F.grid_sample takes an image and a grid of 4 or 5 dimensions each, but they are {shapes}."
        raise Fault("shape", message, node)
    wanted = (image.shape[0], *places.shape[1:-1], len(image.shape) - 2)
    _require_equal(reader, places.shape, wanted, "The grid of F.grid_sample", node)
    return Tensor((*image.shape[:2], *places.shape[1:-1]))


def _require_equal(reader: Interpreter, shape: Shape, wanted: Shape, what: str, node: ast.AST) -> None:
    message = f"{what} must be {shape_text(wanted)}, but is {shape_text(shape)}."
    if len(shape) != len(wanted):
        raise Fault("shape", message, node)
    for size, other in zip(shape, wanted, strict=True):
        condition = Condition("the sizes must be equal", (Comparison(size, Relation.EQUAL, other),))
        reader.run.require(condition, message, node)


@declare("torch.nn.functional.pairwise_distance", "torch.pairwise_distance")
def pairwise_distance(
    reader: Interpreter, node: ast.AST, x1: Value, x2: Value, p: Value = 2.0, eps: Value = 1e-6, keepdim: Value = None
) -> Value:
    """The distance between vectors, which are the last dimension."""
    output = stretched(reader.run, x1, x2, node)
    if output.shape is None or isinstance(keepdim, Unknown):
        return Tensor(None)
    return Tensor((*output.shape[:-1], 1) if keepdim else output.shape[:-1])


@declare("torch.nn.functional.bilinear")
def bilinear(
    reader: Interpreter, node: ast.AST, input1: Value, input2: Value, weight: Value, bias: Value = None
) -> Value:
    """A product of two vectors for each feature that comes out."""
    first, second, factors = [tensor(reader, each, "F.bilinear", node) for each in (input1, input2, weight)]
    if first.shape is None or second.shape is None or factors.shape is None:
        return Tensor(None)
    if len(factors.shape) != 3:
        raise Fault("shape", f"F.bilinear takes weights of 3 dimensions, not {shape_text(factors.shape)}.", node)
    for shape, size in zip((first.shape, second.shape), factors.shape[1:], strict=True):
        _require_equal(reader, shape[-1:], (size,), "The last dimension of an input of F.bilinear", node)
    return Tensor((*joined(reader.run, first.shape[:-1], second.shape[:-1], node), factors.shape[0]))
