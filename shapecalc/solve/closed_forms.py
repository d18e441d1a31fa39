"""Closed forms: what a net does to every input, in the letters of its input shape and its layers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, final

from shapecalc.algebra import LATEX, Expr, Int, Name, evaluate, names_in, text
from shapecalc.algebra.expr import Minus, Plus, Times
from shapecalc.algebra.symbolic import to_sympy
from shapecalc.errors import ShapeError, check_type
from shapecalc.layers import Layer, Shape
from shapecalc.layers.core.interning import Interned
from shapecalc.measures import Report, Row, measure
from shapecalc.measures.domain import Domain
from shapecalc.measures.memory import Memory
from shapecalc.measures.setting import Setting
from shapecalc.net import Net, Node
from shapecalc.net.arguments import check_net
from shapecalc.page import Page, Presentable


@final
@dataclass(frozen=True)
class ClosedForm(Presentable):
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
    def macs(self) -> Int | None:
        """Multiply-accumulates for one input; None where those of a layer are not known."""
        return self.report.macs

    @property
    def memory(self) -> Memory:
        """The bytes of weights, of inference and of training, for the batch and number type that were asked for."""
        return self.report.memory

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

    def latex(self) -> dict[str, str]:
        """The output shape, parameters and multiply-accumulates in LaTeX."""
        return {name: _latex(value) for name, value in self._totals().items()}

    def to_sympy(self) -> dict[str, Any]:
        """The same for sympy, which must be installed; the output shape is a tuple.

        Raises:
            ShapecalcError: sympy is not installed.
        """
        return {
            name: tuple(map(to_sympy, value)) if isinstance(value, tuple) else to_sympy(value)
            for name, value in self._totals().items()
        }

    def _totals(self) -> dict[str, Any]:
        totals = {"output_shape": self.output_shape, "parameters": self.parameters, "macs": self.macs}
        return {name: value for name, value in totals.items() if value is not None}

    def page(self) -> Page:
        """The measures as a table, with their domain."""
        return self.report.page()

    def as_dict(self) -> dict[str, Any]:
        """As :meth:`shapecalc.Report.as_dict`, with the letters."""
        return {"letters": list(self.letters), **self.report.as_dict()}


def _latex(value: Any) -> str:
    """An expression, or a shape, whose sums and products stand in brackets."""
    if not isinstance(value, tuple):
        return text(value, style=LATEX)
    return r" \times ".join(
        rf"({_latex(size)})" if isinstance(size, Plus | Minus | Times) else _latex(size) for size in value
    )


def closed_form(
    net: Net, *, batch: int | str | Expr = 1, optimizer: str = "sgd", dtype: str = "float32", device: str = "cpu"
) -> ClosedForm:
    """The measures of a net for all inputs at once: chains of windows are one floor, sums are collected.

    Args:
        net: a network with letters among its input shapes or its layers' arguments.
        batch: how many inputs are computed at a time, for the memory; a number or a letter.
        optimizer: whose state memory includes: sgd, momentum, adam or adamw.
        dtype: the number type for which memory is given.
        device: cpu or cuda.

    Raises:
        ShapeError: a layer refuses its input whatever the letters stand for.
        SpecError: a word is not known.

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
    report = measure(net, batch=batch, optimizer=optimizer, dtype=dtype, device=device)
    return ClosedForm(report, report.domain or Domain({}))


def with_letters(net: Net) -> Net:
    """The same net for inputs of any size: letters for all sizes but the channels, where there are none yet.

    Sizes of a shape that has letters already stay as they are, and so does a shape of unusual length. Inputs of the
    same sizes have the same letters; those of others have letters of their own: H2, W2.
    """
    check_net(net)
    numbers: dict[Shape, int] = {}
    return replace(net, inputs={name: _lettered(shape, numbers) for name, shape in net.inputs.items()})


def _lettered(shape: Shape, numbers: dict[Shape, int]) -> Shape:
    """A shape with letters that have the number of its sizes, which is noted."""
    letters = _SIZES.get(len(shape))
    if letters is None or names_in(shape):
        return shape
    channels, sizes = shape[: len(shape) - len(letters)], shape[len(shape) - len(letters) :]
    number = numbers.setdefault(sizes, 1 + sum(len(other) == len(sizes) for other in numbers))
    return (*channels, *[Name(letter if number == 1 else f"{letter}{number}") for letter in letters])


#: The field's letters for the sizes of an input, by its number of dimensions.
_SIZES = {1: "N", 2: "L", 3: "HW", 4: "DHW"}


def measure_at(net: Net, values: Mapping[str, int], *, setting: Setting = Setting()) -> Report:  # noqa: B008  a tuple
    """The measures of a net with numbers in place of its letters.

    Raises:
        ShapeError: a size of the input is below 1, or a layer refuses what reaches it.
    """
    check_net(net)
    check_type("values", values, Mapping, "numbers by letter, such as {'H': 32}")
    numbers: dict[Name, Int] = {Name(letter): number for letter, number in values.items()}
    try:
        inputs = {name: tuple(evaluate(size, numbers) for size in shape) for name, shape in net.inputs.items()}
        nodes = _numbered(net.nodes, numbers)
    except ZeroDivisionError:
        raise ShapeError("A letter that is 0 would divide.") from None
    for name, shape in inputs.items():
        if any(isinstance(size, int) and size < 1 for size in shape):
            raise ShapeError(f"A size of {name} would be below 1.")
    return measure(Net(inputs, nodes, net.outputs, net.name), **setting._asdict())


def _numbered(nodes: tuple[Node, ...], numbers: dict[Name, Int]) -> tuple[Node, ...]:
    """Nodes with numbers in place of letters; equal layers are filled in once."""
    layers: dict[Interned, Layer] = {}
    for node in nodes:
        if node.layer.interned not in layers:
            changes = {name: _replaced(value, numbers) for name, value in node.layer.values.items() if names_in(value)}
            layers[node.layer.interned] = node.layer.replace(**changes) if changes else node.layer
    return tuple([node._replace(layer=layers[node.layer.interned]) for node in nodes])


def _replaced(value: Any, numbers: dict[Name, Int]) -> Any:
    if isinstance(value, tuple):
        return tuple(_replaced(number, numbers) for number in value)
    return evaluate(value, numbers) if isinstance(value, Expr) else value
