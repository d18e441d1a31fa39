"""How the reading of a program leaves its way: an error, something that cannot be followed, the end of a loop."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from functools import cached_property
from typing import Any, final

from shapecalc.errors import ShapecalcError, similar
from shapecalc.formats.source.values import Value
from shapecalc.layers import Shape

#: How many names are tried in the place of one that is none.
MEANT = 3


@final
class Fault(Exception):  # noqa: N818  what the program does, and no error of ours
    """The program fails here, whatever its unknown values are.

    Attributes:
        code: the kind of problem: ``shape``, ``argument``, ``name``.
        place: the expression at which Python stops.
        cause: the expression that is wrong as written, where that is another.
        type: the exception that Python raises, for ``except``.
    """

    def __init__(
        self, code: str, message: str, place: ast.AST, *, cause: ast.AST | None = None, type_: str = "RuntimeError"
    ) -> None:
        super().__init__(message)
        self.code, self.place, self.cause, self.type = code, place, cause, type_
        self._message = message
        self.file = ""
        #: the layer that refuses its input, and the shapes without the batch
        self.module: Any = None
        self.shapes: tuple[Shape, ...] = ()
        #: the tensors that do not fit each other, or the layer
        self.tensors: tuple[Any, ...] = ()
        #: the shape that a tensor would need, and whether the tensors are the sides of a product of matrices
        self.needed: Shape = ()
        self.is_product = False
        #: a name that is none, and the names among which the one that is meant may be
        self.misnomer: tuple[str, Collection[str]] | None = None
        #: the calls around it, the innermost first, each with the file in which it stands
        self.calls: list[tuple[ast.AST, str]] = []

    @cached_property
    def typo(self) -> tuple[str, tuple[str, ...]] | None:
        """A name that is none, and those that may be meant, the likeliest first.

        They are sought when somebody asks: most faults of names are left out, as those of a file that is imported.
        """
        name, known = self.misnomer or ("", ())
        meant = similar(name, known, MEANT)
        return (name, meant) if meant else None

    @property
    def message(self) -> str:
        """What is wrong, with the numbers, and the name that was likely meant."""
        if self.misnomer is None:
            return self._message
        hint = f" (did you mean {self.typo[1][0]}?)" if self.typo else ""
        return f"{self._message}{hint}."

    @message.setter
    def message(self, message: str) -> None:
        self._message, self.misnomer = message, None


def misnamed(code: str, message: str, name: str, known: Collection[str], place: ast.AST, *, type_: str) -> Fault:
    """The fault of a name that is none, among names that are."""
    fault = Fault(code, message, place, type_=type_)
    fault.misnomer = (name, known)
    return fault


def different_sizes(fault: Fault) -> Iterator[tuple[int, int]]:
    """The sizes that differ of two shapes that do not fit, each with the one that it would need, in turn."""
    shapes: list[Shape] = [tensor.shape or () for tensor in fault.tensors][:2]
    if len(shapes) == 1 and fault.needed:
        shapes = [*shapes, fault.needed]
    if len(shapes) == 2:
        pairs = [*zip(reversed(shapes[0]), reversed(shapes[1]), strict=False)]
        if fault.is_product and min(map(len, shapes)) > 1:
            pairs = [(shapes[0][-1], shapes[1][-2])]
        for first, second in pairs:
            is_stretched = 1 in (first, second) and not fault.needed
            if first != second and not is_stretched and isinstance(first, int) and isinstance(second, int):
                yield first, second
                yield second, first


@final
class Stuck(ShapecalcError):  # noqa: N818  what the program does, and no error of ours
    """The program cannot be followed any further.

    Attributes:
        construct: what stops it.
        line: where.
        file: in which file; "" where that is the only one.
    """

    def __init__(self, construct: str, line: int, file: str = "") -> None:
        super().__init__(f"line {line}: {construct}")
        self.construct, self.line, self.file = construct, line, file


@final
class Return(Exception):  # noqa: N818  what the program does, and no error of ours
    """A function ends with a value."""

    def __init__(self, value: Value) -> None:
        super().__init__()
        self.value = value


@final
class Break(Exception):  # noqa: N818  what the program does, and no error of ours
    """A loop ends."""


@final
class Continue(Exception):  # noqa: N818  what the program does, and no error of ours
    """A round of a loop ends."""
