"""What a reading of a program notes: the layers that ran, what statements gave, what it depends on."""

from __future__ import annotations

import ast
from typing import NamedTuple, final

from shapecalc.formats.source.values import LayerObject, ProgramFunction, Value
from shapecalc.layers import Shape
from shapecalc.layers.core.conditions import Condition


@final
class LayerCall(NamedTuple):
    """A layer that ran.

    Attributes:
        module: the layer.
        file: the file in which it is called.
        line: where.
        input: the shape of what it reads, with the batch.
        output: the shape of what comes out.
    """

    module: LayerObject
    file: str
    line: int
    input: Shape
    output: Shape


@final
class Frame(NamedTuple):
    """A call of a function of the program, while it is followed.

    Attributes:
        function: the function.
        place: the expression that calls it.
        file: where that stands.
        outer: the call around it; None where there is none.
    """

    function: ProgramFunction
    place: ast.AST
    file: str
    outer: Frame | None


@final
class StatementResult(NamedTuple):
    """What a statement of forward gives: the shapes of its tensors, with the batch."""

    file: str
    line: int
    shapes: tuple[Shape, ...]


@final
class Assumption(NamedTuple):
    """A condition that only some sizes fulfil, and the place that requires it.

    Attributes:
        is_between: whether it is one on two tensors that are both computed: no layer and no parameter says which size.
    """

    condition: Condition
    message: str
    place: ast.AST
    file: str
    is_between: bool = False


#: What stands for a tensor among the arguments of a call.
TENSOR = object()
#: The arguments of a call, each with its name or "".
CallArguments = tuple[tuple[str, Value], ...]


@final
class Use(NamedTuple):
    """A call of a network by the program itself.

    Attributes:
        network: the network.
        shapes: the shapes of its inputs, without the batch.
        arguments: all of its arguments, each with its name where it is given by name, and a :data:`TENSOR` for each
            input; by default the inputs alone.
    """

    network: Value
    shapes: tuple[Shape, ...]
    arguments: CallArguments = ()


@final
class CodeRemark(NamedTuple):
    """Something that runs but is surely not meant.

    Attributes:
        code: its kind.
        message: what it is, and what to write.
    """

    code: str
    message: str
    place: ast.AST
    file: str


@final
class BatchFold(NamedTuple):
    """A view after which the first dimension is no longer the batch."""

    place: ast.AST
    file: str
    before: Shape
    after: Shape
