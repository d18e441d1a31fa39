"""Where tensors come from: what a reading of a program draws, from which a net is made."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING, final

from shapecalc.layers import Layer, Shape
from shapecalc.layers.core.strides import Strides

if TYPE_CHECKING:
    from shapecalc.formats.source.values import LayerObject, Making, Value


@final
@dataclass(eq=False, slots=True)
class LeafTensor:
    """A tensor that no layer makes: an input of the network, one of its parameters, or numbers of the program.

    Attributes:
        shape: its sizes; those of an input with the batch.
        input: the name of the input; "" where it is none.
        learned: whether it is a parameter.
        making: the call that makes it; None where another one does.
    """

    shape: Shape
    input: str = ""
    learned: bool = False
    making: Making | None = None

    @property
    def is_constant(self) -> bool:
        """Whether it is the same for every input and never learned."""
        return not (self.input or self.learned)


@final
@dataclass(eq=False, slots=True)
class Operation:
    """A tensor that a layer of the engine makes of others.

    Attributes:
        layer: the layer. Where it numbers dimensions or names sizes, the batch is one
            more dimension to it, as any other.
        inputs: the tensors that it reads.
        shape: the shape that comes out, with the batch.
        number: its place in the order in which the program runs.
        place: the expression that makes it.
        file: where that stands.
        batch: the dimension of its inputs that the layer does not see; None where it sees all.
        module: the object of the program whose weights it has.
        owner: the module in whose forward it stands.
        is_ordered: whether its values lie in memory in the order of its shape.
        strides: how they lie where they do not; None where that is torch's choice.
        leads: whether the batch surely is the outermost dimension in memory, whatever the order of the others.
    """

    layer: Layer
    inputs: tuple[Origin, ...]
    shape: Shape
    number: int
    place: ast.AST
    file: str
    batch: int | None = None
    module: LayerObject | None = None
    owner: Value = None
    is_ordered: bool = True
    strides: Strides | None = None
    leads: bool = True


@final
@dataclass(eq=False, slots=True)
class Unfollowed:
    """A tensor that the reader knows by its shape alone, if at all: what makes it is no layer of the engine.

    Attributes:
        construct: what makes it, in the words of the source.
        line: where.
        file: in which file.
        is_ordered: whether its values are taken to lie in memory in the order of its shape.
    """

    construct: str
    line: int
    file: str
    is_ordered: bool = True


Origin = LeafTensor | Operation | Unfollowed
