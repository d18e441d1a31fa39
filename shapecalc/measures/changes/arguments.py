"""Arguments moved step by step: those that a person would change to mend a size."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple, final

from shapecalc.algebra import names_in
from shapecalc.errors import ShapecalcError
from shapecalc.layers import Layer
from shapecalc.measures.changes.site import Change
from shapecalc.net import Net, Node

#: The arguments, in the order in which they are offered.
_MENDING = ("padding", "output_padding", "kernel_size", "dilation", "stride", "groups", "num_groups", "num_heads",
            "out_channels", "out_features")  # fmt: skip


@final
class Movement(NamedTuple):
    """One number of the net, moved: ``to`` gives the change for a distance, or None.

    Attributes:
        node: the node whose argument it is, or the input.
        subject: what is moved; one move of it is enough.
        to: the change, or None where there is none at this distance.
    """

    node: str
    subject: str
    to: Callable[[int], Change | None]


def movements(net: Net, nodes: list[Node], failing: str, names: Sequence[str] = _MENDING) -> Iterator[Movement]:
    """Every argument of these nodes that has one of the names and may be moved, up and down."""
    for node in nodes:
        for argument in names:
            if argument in node.layer.fields and not isinstance(node.layer.values[argument], str | None):
                place = "" if node.name == failing else f"{node.name} "
                for sign in (1, -1):
                    yield _argument(net, node, argument, sign, place)


def _argument(net: Net, node: Node, argument: str, sign: int, place: str) -> Movement:
    layer = node.layer

    def to(distance: int) -> Change | None:
        value = stepped(layer.values[argument], sign * distance)
        if value is None or (argument == "padding" and _is_beyond(layer, value)):
            return None
        try:
            changed = net.replacing(node.name, layer.replace(**{argument: value}))
        except ShapecalcError:  # also where another node has these weights in a layer of another kind
            return None
        return Change(f"{place}{argument}={layer.fields[argument].write(value)}", changed)

    return Movement(node.name, f"{node.name} {argument}", to)


def _is_beyond(layer: Layer, padding: Any) -> bool:
    """Whether windows would lie in the padding altogether, which nobody means."""
    axes = (padding,) if isinstance(padding, int) else padding
    kernels, dilations = layer.values.get("kernel_size"), layer.values.get("dilation", 1)
    if not isinstance(kernels, tuple) or names_in(kernels):
        return False
    dilations = dilations if isinstance(dilations, tuple) else (dilations,) * len(kernels)
    return any(
        isinstance(d, int) and amount > d * (k - 1) for amount, k, d in zip(axes, kernels, dilations, strict=False)
    )


def stepped(value: Any, step: int) -> Any:
    """A number, or each number of a tuple, moved; None where it would be negative or is none."""
    if isinstance(value, tuple):
        moved = tuple(stepped(axis, step) for axis in value)
        return None if None in moved else moved
    return value + step if isinstance(value, int) and value + step >= 0 else None
