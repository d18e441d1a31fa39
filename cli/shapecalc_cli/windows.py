"""The common parts of ``conv``, ``pool`` and ``deconv``: sizes and letters from options, and the explanation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from shapecalc_cli.options import BY_ARGUMENT, NO_LATEX, check_formats, setting
from shapecalc_cli.output import say, say_json, show
from shapecalc_cli.partial import explain_before

if TYPE_CHECKING:
    from shapecalc.errors import ShapeError
    from shapecalc.layers import Layer, Shape


#: Two sizes of which neither is smaller are those of a grey image, not channels and a length.
_IMAGE = 8


def input_shape(size: str, channels: str | None, dims: int | None, *, counted: bool = True) -> tuple[Shape, bool]:
    """The input shape that ``130`` or ``3x130x130`` stands for, and whether its channels are known.

    A single size is the size of every axis: of two axes, unless ``dims`` gives their number. Two sizes such as 28x28
    are a grey image. Where the command takes channels (``counted``), a shape with these last is refused.
    """
    from shapecalc.algebra import Name
    from shapecalc.errors import SpecError
    from shapecalc.formats import read_shape
    from shapecalc.layers import shape_text
    from shapecalc.measures.misreading import channels_first

    shape = read_shape(size)
    depth = number(channels, "--in") if channels else None
    if isinstance(depth, int) and depth < 1:
        raise SpecError(f"--in must be at least 1, but is {depth}.")
    if len(shape) == 1:
        axes = shape * (dims or 2)
        return (Name("D") if depth is None else depth, *axes), channels is not None
    if len(shape) == 2 and dims in {None, 2}:
        if all(isinstance(pixels, int) and pixels >= _IMAGE for pixels in shape):
            return (1 if depth is None else depth, *shape), True
        raise SpecError(
            f"{size} has one axis besides the channels; for {size} pixels write Dx{shape_text(shape)}, "
            f"for {shape[0]} channels of length {shape[1]} add --dims 1."
        )
    if len(shape) > 4 or (dims and len(shape) != dims + 1):
        axes_text = ("one axis", "two axes", "three axes")[dims - 1] if dims else "one to three axes"
        example = "x".join(["3", *["130"] * (dims or 2)])
        raise SpecError(f"{size} does not have channels and {axes_text}; write for example 130, or {example}.")
    if depth is not None and depth != shape[0]:
        raise SpecError(f"{size} has {shape[0]} channels, but --in is {channels}.")
    meant = None if channels or not counted else channels_first(shape)
    if meant:
        raise SpecError(
            f"{size}: did you mean {shape_text(meant)}? Channels come first; for {shape[0]} of them "
            f"add --in {shape[0]}."
        )
    return shape, True


def _value(text: str) -> str:
    """The value of an option, of which ``-k=3`` has the equals sign as well."""
    return text.removeprefix("=")


def number(text: str, option: str) -> Any:
    """The number or letter in the text of an option."""
    from shapecalc.errors import SpecError
    from shapecalc.formats import read_expression

    try:
        return read_expression(_value(text))
    except SpecError as refused:
        raise SpecError(f"{option}: {refused}") from None


def per_axis(text: str, option: str, *, rules: Iterable[str] = (), command: str = "") -> Any:
    """One number for all axes, or one for each axis (3x5); or the name of one of the rules ("same") of a command."""
    from shapecalc.errors import SpecError, check_choice
    from shapecalc.formats import read_shape

    text = _value(text)
    if rules and len(text) > 1 and text.isidentifier():
        check_choice(command, option, text, rules)
        return text
    try:
        # the layer says which numbers are legal
        sizes = read_shape(text, style="expressions", minimum=None, expected="numbers such as 3 or 3x5")
    except SpecError as refused:
        raise SpecError(f"{option}: {refused}") from None
    return sizes if len(sizes) > 1 else sizes[0]


#: A layer with its arguments, or an argument of a layer, perhaps with the beginning of its value.
_ARGUMENT = re.compile(rf"\w+\((?:[^()]|\([^()]*\))*\)|(?<!the )\b({'|'.join(BY_ARGUMENT)})\b(?:=\"(\w+)\"|=True|(=))?")


#: A repair that changes an argument, of another node where it names one.
_CHANGE = re.compile(r"(?:(\w+) )?(\w+)=(.+)")


#: By the name of a node, the options of its arguments, where it has others than its command.
Nodes = Mapping[str, Mapping[str, str]]


@contextmanager
def in_options(options: Mapping[str, str] = MappingProxyType(BY_ARGUMENT)) -> Iterator[None]:
    """Refuse a layer in the words of the command's options: ``--k`` for ``kernel_size``."""
    from shapecalc.errors import ShapecalcError

    try:
        yield
    except ShapecalcError as refused:
        raise ShapecalcError(_in_words(str(refused), options)) from None


def _in_words(message: str, options: Mapping[str, str]) -> str:
    """A message with options in place of arguments."""

    def option(match: re.Match[str]) -> str:
        name, word, equals = match.groups()
        return f"{options[name]}{f' {word}' if word else ' ' if equals else ''}" if name in options else match[0]

    return _ARGUMENT.sub(option, message)


def _typed(refused: ShapeError, nodes: Nodes, size: str) -> ShapeError:
    """A refusal in options, and its repairs as options and sizes; those for which there is no option are left out."""

    def repaired(repair: str) -> str:
        first, *second = repair.split(" with ")
        match = _CHANGE.fullmatch(first)
        if match:
            node, name, value = match.groups()
            option = nodes.get(node or refused.node, BY_ARGUMENT).get(name)
            first = f"{option} {value.strip('()').replace(', ', 'x')}" if option else ""
        if first.startswith("input ") and "x" not in size:  # a single size is that of every axis
            first = f"input {first.split('x')[-1]}"
        rest = [repaired(change) for change in second]
        return " with ".join([first, *rest]) if first and all(rest) else ""

    repairs = dict.fromkeys(filter(None, [repaired(repair) for repair in refused.repairs]))
    message = _in_words(refused.reason, nodes.get(refused.node, BY_ARGUMENT))
    return type(refused)(message, node=refused.node, repairs=tuple(repairs))


def output_setting(*words: str | None, json: bool, latex: bool) -> dict[str, str]:
    """The batch, optimizer, number type and device that memory is shown for, where any of them is there.

    Raises:
        SpecError: two formats are wanted, or one that has no memory.
    """
    check_formats(json=json, latex=latex)
    return setting(*words, without=NO_LATEX if latex else "")


def explain_chain(
    layers: list[Layer],
    shape: Shape,
    *,
    size: str,
    nodes: Nodes = MappingProxyType({}),
    counted: bool,
    words: Mapping[str, str],
    json: bool,
    latex: bool = False,
    borders: bool = False,
) -> None:
    """Explain a chain of layers; where channels are unknown, only the quantities that do not depend on them.

    A refusal has the words of the command's options, and the input as it was typed (``size``).
    """
    from shapecalc.derivations import explain
    from shapecalc.errors import ShapeError
    from shapecalc.layers.core.quantity import Quantity
    from shapecalc.net import Builder

    builder = Builder(shape)
    builder.chain(*layers)
    net = builder.build()
    try:
        explanation = explain(net, **words)
    except ShapeError as refused:
        refusal = _typed(refused, nodes, size)
        explain_before(net, refusal, json=json, pages=not latex)
        raise refusal from None
    if json:
        data = explanation.as_dict()
        if borders:
            from shapecalc.derivations.borders import unread

            for layer, row in zip(data["layers"], explanation.report, strict=True):
                layer["left_out"] = [axis._asdict() for axis in unread(row)]
        say_json(data)
        return
    without = () if counted else (Quantity.CHANNELS, Quantity.MACS)
    if latex:
        say(explanation.latex(without=without))
    else:
        show(explanation.page(without=without, totals=counted, borders=borders))
