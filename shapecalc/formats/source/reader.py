"""The reader: follows a program over values, one rule for each kind of node of its syntax tree."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from typing import final

from shapecalc.algebra.expr import Expr
from shapecalc.formats.source import attributes, calls, expressions, statements
from shapecalc.formats.source.faults import Fault, Stuck
from shapecalc.formats.source.run import MAX_LENGTH, Trace, line_of, words
from shapecalc.formats.source.torch.arguments import make
from shapecalc.formats.source.values import Array, Bound, Container, Instance, Tensor, Unknown, Value, Variables

#: Finds the module of the program that an import names; None where there is none.
Finder = Callable[[str, int, str], Value]

#: The named arguments that are bound in a step.
_NAMED = 4


@final
class Interpreter:
    """Follows a program.

    Args:
        run: what the reading notes.
        find: what an import gives: its dotted name, how many dots stand before it, and the file that imports.
    """

    def __init__(self, run: Trace, find: Finder) -> None:
        self.run = run
        self.find = find

    def evaluate(self, node: ast.expr, scope: Variables) -> Value:
        """The value of an expression."""
        self.run.step(node)
        rule = expressions.RULES.get(type(node))
        if rule is None:
            return Unknown(type(node).__name__.lower(), line_of(node))
        return rule(self, node, scope)

    def execute(self, body: Sequence[ast.stmt], scope: Variables) -> None:
        """Follow statements."""
        for node in body:
            self.run.step(node)
            rule = statements.RULES.get(type(node))
            if rule is None:
                raise Stuck(type(node).__name__.lower(), line_of(node))
            rule(self, node, scope)

    def call(self, callee: Value, args: list[Value], kwargs: dict[str, Value], node: ast.AST) -> Value:
        """What a call gives."""
        self.run.step(node, 1 + len(kwargs) // _NAMED)
        return calls.follow_call(self, callee, args, kwargs, node)

    def attribute(self, value: Value, name: str, node: ast.AST) -> Value:
        """An attribute of a value."""
        return attributes.attribute(self, value, name, node)

    def set_attribute(self, owner: Value, name: str, value: Value, node: ast.AST) -> None:
        """Set an attribute of a value."""
        attributes.set_attribute(self, owner, name, value, node)

    def test(self, value: Value, node: ast.AST) -> bool:
        """Whether a value is true; where that is not known, both are followed, one after the other."""
        if isinstance(value, Unknown | Tensor):
            return self.run.choose(value if isinstance(value, Unknown) else Unknown(words(node), line_of(node)), node)
        if isinstance(value, Array):
            return self.run.choose(Unknown("whether an array is true", line_of(node)), node)
        if isinstance(value, Expr):
            return True  # a size; those of legal tensors are rarely 0
        if isinstance(value, Container):
            return bool(value.children)
        if isinstance(value, (int, float, str, bytes, tuple, list, dict, set, type(None))):
            return bool(value)
        return True

    def iterate(self, value: Value, node: ast.AST) -> Iterator[Value]:
        """The items of a value.

        Raises:
            Fault: it has none.
            Stuck: there are too many, or how many is not known.
        """
        if isinstance(value, Unknown):
            raise Stuck(value.construct, value.line)
        if isinstance(value, Array):
            self.run.step_over(node, len(value.numbers))
            yield from value.numbers
        elif isinstance(value, Container):
            self.run.step_over(node, len(value.children))
            yield from [*value.children] if value.type == "ModuleDict" else value.items
        elif isinstance(value, Tensor):
            yield from self._rows(value, node)
        elif isinstance(value, Instance) and value.cls.find("__iter__") is not None:
            yield from self.iterate(self.call(Bound(value.cls.find("__iter__"), value), [], {}, node), node)
        elif isinstance(value, Instance | Expr) and (isinstance(value, Expr) or not value.cls.is_whole()):
            raise Stuck(f"a loop over {words(node)}", line_of(node))
        elif isinstance(value, str | tuple | list | dict | set | frozenset | range):
            if len(value) > MAX_LENGTH:
                raise Stuck(f"a loop of more than {MAX_LENGTH:,} steps", line_of(node))
            self.run.step_over(node, len(value))
            yield from [*value]
        else:
            raise Fault("type", f"{kind_of_value(value)} cannot be iterated over.", node, type_="TypeError")

    def _rows(self, value: Tensor, node: ast.AST) -> Iterator[Tensor]:
        """The tensors along the first dimension of one."""
        if value.shape is None or not value.shape or not isinstance(value.shape[0], int):
            raise Stuck("a loop over a tensor", line_of(node))
        for place in range(min(value.shape[0], MAX_LENGTH)):
            yield self.run.apply(make("Select", (1, place), node), (value,), node)


def kind_of_value(value: Value) -> str:
    """A value in the words of a message."""
    match value:
        case None:
            return "None"
        case Tensor():
            return "a tensor"
        case Container():
            return f"nn.{value.type}"
    return getattr(value, "name", "") or getattr(value, "type", "") or f"a {type(value).__name__.lower()}"
