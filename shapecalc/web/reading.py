"""What a person wrote, as the net that it is: layers, a document or source code, which is read and never run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, final

from shapecalc.checking.files import CheckOptions
from shapecalc.checking.verdict import FileCheck
from shapecalc.errors import ShapecalcError, ShapeError, SpecError
from shapecalc.formats import parse, read_shape
from shapecalc.formats.source.opening import read_network
from shapecalc.formats.source.programs import Source
from shapecalc.formats.text.pasted import is_program
from shapecalc.layers import Shape
from shapecalc.measures import Report, measure
from shapecalc.measures.partial import PartialReport, partial_report
from shapecalc.net import Net
from shapecalc.web.layer_tables import is_layer_table, pasted_layers

#: The longest text that is read.
MAX_CHARACTERS = 200_000
#: What a pasted program is called in messages.
PROGRAM = "net.py"


@final
@dataclass(frozen=True)
class NetReading:
    """What a text is read as.

    Attributes:
        text: what was written.
        shapes: the shapes of its inputs that were written; none for those of the net itself.
        net: the net; None where the text is none.
        check: the verdict on a program; None of other texts.
        refusal: why the text is no net, or needs an input; None where it is one.
        shape_refusal: why the input is no shape; None where it is one.
    """

    text: str
    shapes: tuple[Shape, ...] = ()
    net: Net | None = None
    check: FileCheck | None = None
    refusal: ShapecalcError | None = None
    shape_refusal: SpecError | None = None

    def measured(self, setting: Mapping[str, Any] | None = None) -> Report | PartialReport | ShapecalcError:
        """The measures; those of the layers before the one that refuses; or why there are none."""
        refusal = self.shape_refusal or self.refusal
        if refusal is not None or self.net is None:
            return refusal or SpecError("Write layers, such as Conv2d(3, 10, 3) MaxPool2d(4).")
        if not all(self.net.inputs.values()):
            return SpecError("The shape of the input is not known; write it without the batch, such as 3x130x130.")
        try:
            return measure(self.net, **(setting or {}))
        except ShapeError as refused:
            return partial_report(self.net, refused, **(setting or {})) if refused.node else refused
        except ShapecalcError as refused:
            return refused


def read_net(text: str, shape: str = "", network: str = "") -> NetReading:
    """The net in a text that comes from outside: no file that it names is opened.

    Args:
        text: what :func:`shapecalc.parse` reads, or a program.
        shape: the shape of its input, or of several inputs with commas between them; "" for the net's own.
        network: the class of a program with several networks, or a call of it.
    """
    if len(text) > MAX_CHARACTERS:
        refusal = SpecError(f"The text has {len(text):,} characters; at most {MAX_CHARACTERS:,} are read.")
        return NetReading("", refusal=refusal)
    shapes: tuple[Shape, ...] = ()
    wrong: SpecError | None = None
    try:
        shapes = tuple(map(read_shape, shape.split(","))) if shape.strip() else ()
    except SpecError as refused:
        wrong = refused
    if not text.strip():
        return NetReading(text, shapes, shape_refusal=wrong)
    if is_layer_table(text):
        return _read_layers(text, shapes, wrong, pasted_layers)
    if is_program(text):
        return _read_program(text, shapes, network, wrong)
    return _read_layers(text, shapes, wrong)


def _read_layers(
    text: str, shapes: tuple[Shape, ...], wrong: SpecError | None, translate: Callable[[str], str] = str
) -> NetReading:
    """The net of layers or of a document; ``translate`` makes such a text of another."""
    try:
        if len(shapes) > 1:
            raise SpecError(f"There are shapes of {len(shapes)} inputs, but only a program takes several.")
        net = parse(translate(text), input_shape=shapes[0] if shapes else ())
    except ShapecalcError as refused:
        return NetReading(text, shapes, refusal=refused, shape_refusal=wrong)
    return NetReading(text, shapes, net, shape_refusal=wrong)


def _read_program(text: str, shapes: Sequence[Shape], network: str, wrong: SpecError | None) -> NetReading:
    """The net of a program, and the verdict on it."""
    source = Source(PROGRAM, text)
    name, call = ("", network) if "(" in network else (network, "")
    check: FileCheck | None = None
    try:
        check = CheckOptions(name, call, tuple(shapes), domains=True).check(source)
        net = read_network(Source(PROGRAM, text), network, shapes)
    except ShapecalcError as refused:
        return NetReading(text, tuple(shapes), None, check, refused, wrong)
    return NetReading(text, tuple(shapes), net, check, shape_refusal=wrong)
