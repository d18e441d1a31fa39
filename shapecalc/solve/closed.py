"""Closed forms: what a net does to every input, in the letters of its input shape and its layers."""

from __future__ import annotations

from typing import Any, NamedTuple

from shapecalc.algebra import Expr, Int, Name, evaluate
from shapecalc.errors import ShapecalcError, ShapeError, SpecError, did_you_mean
from shapecalc.layers import Shape
from shapecalc.measure import Report, Row, measure
from shapecalc.net import Net, Node


class ClosedForm(NamedTuple):
    """A net's measures as expressions in normal form; print it as a table.

    Attributes:
        report: the measures; every size, parameter and multiply-accumulate is an int or an expression.
        letters: the names that occur in the net's input shapes and its layers' arguments.
    """

    report: Report
    letters: tuple[str, ...]

    @property
    def output_shape(self) -> Shape:
        """What comes out."""
        return self.report.output_shape

    @property
    def parameters(self) -> Int:
        """How many numbers all weights hold."""
        return self.report.parameters

    @property
    def macs(self) -> Int:
        """Multiply-accumulates for one input."""
        return self.report.macs

    @property
    def layers(self) -> tuple[Row, ...]:
        """The same for each layer."""
        return self.report.rows

    def at(self, **values: int) -> Shape | None:
        """The output shape for numbers in place of the letters, or None where the net is illegal.

        Raises:
            SpecError: a letter has no number, or a name is not one of the letters.
        """
        unknown = next((name for name in values if name not in self.letters), None)
        if unknown is not None:
            raise SpecError(f"There is no letter {unknown}{did_you_mean(unknown, self.letters)}.")
        missing = [letter for letter in self.letters if letter not in values]
        if missing:
            raise SpecError(f"Give a number for {', '.join(missing)}.")
        try:
            return measure_at(self.report.net, values).output_shape
        except ShapecalcError:
            return None

    def __str__(self) -> str:
        return str(self.report)

    def as_dict(self) -> dict[str, Any]:
        """As :meth:`shapecalc.Report.as_dict`, with the letters."""
        return {"letters": list(self.letters), **self.report.as_dict()}


def closed_form(net: Net) -> ClosedForm:
    """The measures of a net for all inputs at once: chains of windows are one floor, sums are collected.

    Args:
        net: a network with letters among its input shapes or its layers' arguments.

    Raises:
        ShapeError: a layer refuses its input whatever the letters stand for.

    Example:
        >>> import shapecalc
        >>> spec = "Conv2d(3, 10, 3) MaxPool2d(4) Conv2d(10, 20, 5, padding=2) MaxPool2d(2)"
        >>> form = shapecalc.closed_form(shapecalc.parse(spec, input_shape=(3, "H", "W")))
        >>> print(form.output_shape[2])
        ⌊(W − 2)/8⌋
        >>> form.at(H=130, W=130)
        (20, 16, 16)
        >>> form.at(H=130, W=9) is None
        True
    """
    return ClosedForm(measure(net), tuple(sorted({name.name for value in _values(net) for name in names(value)})))


def measure_at(net: Net, values: dict[str, int]) -> Report:
    """The measures of a net with numbers in place of its letters.

    Raises:
        ShapeError: a size of the input is below 1, or a layer refuses what reaches it.
    """
    numbers: dict[Name, Int] = {Name(letter): number for letter, number in values.items()}
    inputs = {name: tuple(evaluate(size, numbers) for size in shape) for name, shape in net.inputs.items()}
    for name, shape in inputs.items():
        if any(isinstance(size, int) and size < 1 for size in shape):
            raise ShapeError(f"A size of {name} would be below 1.")
    nodes = tuple(_numbered(node, numbers) for node in net.nodes)
    return measure(Net(inputs, nodes, net.outputs, net.name))


def _numbered(node: Node, numbers: dict[Name, Int]) -> Node:
    changes = {name: _replaced(value, numbers) for name, value in node.layer.values.items() if names(value)}
    return node._replace(layer=node.layer.replace(**changes)) if changes else node


def _replaced(value: Any, numbers: dict[Name, Int]) -> Any:
    if isinstance(value, tuple):
        return tuple(_replaced(one, numbers) for one in value)
    return evaluate(value, numbers) if isinstance(value, Expr) else value


def _values(net: Net) -> list[Any]:
    return [*net.inputs.values(), *(value for node in net.nodes for value in node.layer.values.values())]


def names(value: Any) -> set[Name]:
    """The names in an expression, or in a tuple of them."""
    match value:
        case tuple():
            return {name for one in value for name in names(one)}
        case Name():
            return {value}
        case Expr():
            return names(value.left) | names(value.right)  # type: ignore[attr-defined]  # all others are binary
        case _:
            return set()
