"""Closed forms: what a net does to every input, in the letters of its input shape and its layers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

from shapecalc.algebra import Expr, Int, Name, evaluate, names, normal
from shapecalc.algebra.expr import Binary, Max, Min
from shapecalc.errors import ShapeError
from shapecalc.layers import Shape
from shapecalc.layers.require import Comparison
from shapecalc.measure import Report, Row, measure
from shapecalc.net import Net, Node
from shapecalc.solve.domain import Domain, domain
from shapecalc.solve.letter import solutions


class ClosedForm(NamedTuple):
    """A net's measures as expressions in normal form, and the inputs for which they hold; print it as a table.

    Attributes:
        report: the measures; every size, parameter and multiply-accumulate is an int or an expression.
        domain: the numbers that the letters may stand for.
    """

    report: Report
    domain: Domain

    @property
    def letters(self) -> tuple[str, ...]:
        """The names that occur in the net's input shapes and its layers' arguments."""
        return tuple(self.domain.values)

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
        if not self.domain.holds(**values):
            return None
        numbers: dict[Name, Int] = {Name(letter): number for letter, number in values.items()}
        return tuple(evaluate(size, numbers) for size in self.output_shape)

    def __str__(self) -> str:
        from shapecalc.write.domain import legal_text

        return f"{self.report}\n{legal_text(self.domain)}"

    def as_dict(self) -> dict[str, Any]:
        """As :meth:`shapecalc.Report.as_dict`, with the letters and the domain."""
        return {"letters": list(self.letters), **self.report.as_dict(), "domain": self.domain.as_dict()}


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
    report = measure(net)
    found = domain(report)
    return ClosedForm(_within(report, found), found)


def _within(report: Report, known: Domain) -> Report:
    """The report with every minimum and maximum left out that is always the same side for legal inputs."""
    rows = tuple(_settled_row(row, known) for row in report.rows)
    return replace(report, rows=rows, macs=_settled(report.macs, known))


def _settled_row(row: Row, known: Domain) -> Row:
    inside = [size for shape in row.input_shapes for size in shape]
    if not any(map(_has_extreme, (*inside, *row.output_shape, row.parameters, row.macs))):
        return row
    return row._replace(
        input_shapes=tuple(tuple(_settled(size, known) for size in shape) for shape in row.input_shapes),
        output_shape=tuple(_settled(size, known) for size in row.output_shape),
        parameters=_settled(row.parameters, known),
        macs=_settled(row.macs, known),
    )


def _has_extreme(tree: Int) -> bool:
    if not isinstance(tree, Binary):
        return False
    return isinstance(tree, Min | Max) or _has_extreme(tree.left) or _has_extreme(tree.right)


def _settled(tree: Int, known: Domain) -> Int:
    return normal(_decided(tree, known)) if _has_extreme(tree) else tree


def _decided(tree: Int, known: Domain) -> Int:
    """Each minimum and maximum as the one of its sides that it is for all legal inputs, where there is one."""
    if not isinstance(tree, Binary) or not _has_extreme(tree):
        return tree
    left, right = _decided(tree.left, known), _decided(tree.right, known)
    if isinstance(tree, Min | Max):
        relation = "<=" if isinstance(tree, Min) else ">="
        if _always(Comparison(left, relation, right), known):
            return left
        if _always(Comparison(right, relation, left), known):
            return right
    return evaluate(type(tree)(_LEFT, _RIGHT), {_LEFT: left, _RIGHT: right})


_LEFT, _RIGHT = Name("left"), Name("right")


def _always(comparison: Comparison, known: Domain) -> bool:
    letters = names((comparison.left, comparison.right))
    if len(letters) != 1:
        return False
    (letter,) = letters
    legal = known.values[letter.name]
    allowed = solutions(comparison, letter, legal.smallest or 0)
    return allowed is not None and not legal - allowed


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
