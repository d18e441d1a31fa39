"""The common parts of ``conv``, ``pool`` and ``deconv``: sizes and letters from options, and the explanation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecalc_cli.output import say, say_json, show

if TYPE_CHECKING:
    from shapecalc.layers import Layer, Shape


def input_shape(size: str, channels: str | None, dims: int | None) -> tuple[Shape, bool]:
    """The input shape that ``130`` or ``3x130x130`` stands for, and whether its channels are known.

    A single size is the size of every axis: of two axes, unless ``dims`` gives their number.
    """
    from shapecalc.algebra import Name
    from shapecalc.errors import SpecError
    from shapecalc.formats import read_shape
    from shapecalc.layers import shape_text

    shape = read_shape(size)
    if len(shape) == 1:
        axes = shape * (dims or 2)
        return ((number(channels) if channels else Name("D")), *axes), channels is not None
    if len(shape) == 2 and dims is None:
        raise SpecError(
            f"{size} has one axis besides the channels; for {size} pixels write Dx{shape_text(shape)}, "
            f"for {shape[0]} channels of length {shape[1]} add --dims 1."
        )
    if len(shape) > 4 or (dims and len(shape) != dims + 1):
        axes_text = ("one axis", "two axes", "three axes")[dims - 1] if dims else "one to three axes"
        example = "x".join(["3", *["130"] * (dims or 2)])
        raise SpecError(f"{size} does not have channels and {axes_text}; write for example 130, or {example}.")
    if channels and number(channels) != shape[0]:
        raise SpecError(f"{size} has {shape[0]} channels, but --in is {channels}.")
    return shape, True


def number(text: str) -> Any:
    """The number or letter in the text of an option."""
    from shapecalc.formats import read_expression

    return read_expression(text)


def per_axis(text: str, *, words: bool = False) -> Any:
    """One number for all axes, or one for each axis (3x5); with ``words``, also the name of a rule ("same")."""
    from shapecalc.errors import check_choice
    from shapecalc.formats import read_shape
    from shapecalc.layers.conv import RULES

    if words and len(text) > 1 and text.isidentifier():
        check_choice("conv", "--p", text, RULES)
        return text
    sizes = read_shape(text, style="expressions", minimum=None)  # the layer says which numbers are legal
    return sizes if len(sizes) > 1 else sizes[0]


def explain_chain(layers: list[Layer], shape: Shape, *, counted: bool, json: bool, latex: bool = False) -> None:
    """Explain a chain of layers; where channels are unknown, only the quantities that do not depend on them."""
    from shapecalc.derivations import explain
    from shapecalc.layers.core.quantity import Quantity
    from shapecalc.net import Builder

    builder = Builder(shape)
    builder.chain(*layers)
    explanation = explain(builder.build())
    if json:
        say_json(explanation.as_dict())
        return
    without = () if counted else (Quantity.CHANNELS, Quantity.MACS)
    if latex:
        say(explanation.latex(without=without))
    else:
        show(explanation.page(without=without, totals=counted))
