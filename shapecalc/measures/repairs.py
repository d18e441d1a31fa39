"""Repairs: the smallest changes that make a layer accept what reaches it, found by trying them.

Nothing here knows a formula. A candidate is a copy of the net with one thing changed; it is a repair if the net is
then legal up to and including the node that refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any, NamedTuple, final

from shapecalc.errors import ShapecalcError
from shapecalc.layers import Layer, Shape, layer_classes, shape_text
from shapecalc.layers.core.kinds import write_value
from shapecalc.measures.sizes import walk
from shapecalc.measures.unpooling import Unpooling
from shapecalc.net import Net, Node

#: How many repairs are named, and at most how many of them change an argument.
NAMED, ARGUMENTS = 3, 2
#: How many layers before the failing one are tried, and how far a number is moved one step at a time.
LAYERS, REACH = 8, 4
#: A number that small steps do not mend is moved by doubling steps up to this.
FAR = 1 << 20

#: The arguments that a person would change to mend a size, in the order in which they are offered.
_MENDING = ("padding", "output_padding", "kernel_size", "dilation", "stride", "groups", "num_groups", "num_heads")

#: Nodes that are walked at most, over all candidates: a search in a net of thousands of layers ends early.
VISITS = 200_000


class _Change(NamedTuple):
    """One number of the net, moved: ``to`` gives the words and the changed net for a distance, or None."""

    subject: str
    to: Callable[[int], tuple[str, Net] | None]


def repairs(net: Net, name: str) -> tuple[str, ...]:
    """Up to three changes, smallest first, each of which makes the net legal up to the node called ``name``.

    A change is to an argument of that node or of a layer before it ("conv1 padding=1"), or to the input's size
    ("input 3x33x33"). Empty where no such change helps. A condition that letters leave open counts as met.
    """
    before = list(net.ancestors(name))
    part = Net(net.inputs, tuple(reversed(before)), (name,))
    search = _Search()
    suggestions = [phrase for phrase, candidate in _suggested(part, before[0]) if search.legal(candidate)]
    if suggestions:
        return tuple(suggestions[:NAMED])
    arguments = search.nearest(list(_changes(part, before[: LAYERS + 1], name)), ARGUMENTS)
    return (*arguments, *search.nearest(list(_resized(part)), NAMED - len(arguments)))


@final
class _Search:
    """Tries changes until it has visited too many nodes."""

    def __init__(self) -> None:
        self.visits = 0

    def legal(self, net: Net) -> bool:
        """Whether every layer accepts what reaches it; False once the search has gone on for too long."""
        self.visits += len(net)
        if self.visits > VISITS:
            return False
        try:
            walk(net)
        except ShapecalcError:
            return False
        return True

    def nearest(self, changes: list[_Change], limit: int) -> list[str]:
        """The legal changes with the smallest steps, one for each subject; far ones only where no small one helps."""
        phrases: dict[str, str] = {}
        for distance in range(1, REACH + 1):
            for change in changes:
                phrase = self.mended(change, distance) if change.subject not in phrases else ""
                if phrase:
                    phrases[change.subject] = phrase
                if len(phrases) == limit:
                    return list(phrases.values())
        if not phrases:
            far = (self.far(change) for change in changes)
            return list(islice(filter(None, far), limit))
        return list(phrases.values())

    def far(self, change: _Change) -> str:
        """The words of the smallest legal step beyond the small ones, or ""; what is legal stays so further on."""
        low, high = REACH, 2 * REACH
        while high <= FAR and not self.mended(change, high):
            low, high = high, 2 * high
        if high > FAR:
            return ""
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if self.mended(change, middle) else (middle, high)
        return self.mended(change, high)

    def mended(self, change: _Change, distance: int) -> str:
        """The words of a change if it makes the net legal, else ""."""
        candidate = change.to(distance) if self.visits <= VISITS else None
        return candidate[0] if candidate is not None and self.legal(candidate[1]) else ""


def _suggested(net: Net, node: Node) -> Iterator[tuple[str, Net]]:
    """What the input itself suggests: a Flatten that is missing, or the count (in_features) that it has."""
    flatten = Node(f"{node.name}-flatten", layer_classes()["Flatten"](), node.inputs[:1])
    after = Node(node.name, node.layer, (flatten.name, *node.inputs[1:]), node.share, node.trainable)
    yield "Flatten() before it", Net(net.inputs, (*net.nodes[:-1], flatten, after))
    shapes = _shapes_before(net)
    layer, inputs = node.layer, tuple(shapes[name] for name in node.inputs)
    if layer.reads_indices:
        yield from _restoring(net, node, shapes)
    try:
        for argument, value in (layer.inferred(inputs) if layer.infers else {}).items():
            yield f"{argument}={value}", net.replacing(node.name, layer.replace(**{argument: value}))
    except (ShapecalcError, IndexError):
        return  # the input has too few dimensions to tell anything


def _restoring(net: Net, node: Node, shapes: Mapping[str, Shape]) -> Iterator[tuple[str, Net]]:
    """The size that an unpooling must restore, or the windows of its pooling."""
    pool = Unpooling(net).pairs[node.name]
    if not pool:
        return
    layer, pooling = node.layer, net[pool]
    sizes = shapes[pooling.inputs[0]][-layer.rank :]
    windows = {name: pooling.layer.values[name] for name in ("kernel_size", "stride", "padding")}
    for arguments in ({"output_size": sizes}, windows | {"output_size": None}, windows | {"output_size": sizes}):
        changed = layer.replace(**arguments)
        phrase = f"output_size={write_value(sizes)}" if len(arguments) == 1 else f"{changed!r}"
        yield phrase, net.replacing(node.name, changed)


def _shapes_before(net: Net) -> Mapping[str, Shape]:
    """The shapes of the inputs and of all nodes but the last."""
    shapes = dict(net.inputs)
    if net.nodes[:-1]:
        shapes |= {node.name: output for node, _, _, output in walk(Net(net.inputs, net.nodes[:-1]))}
    return shapes


def _changes(net: Net, nodes: list[Node], failing: str) -> Iterator[_Change]:
    for node in nodes:
        for argument in _MENDING:
            if argument in node.layer.fields and not isinstance(node.layer.values[argument], str | None):
                place = "" if node.name == failing else f"{node.name} "
                for sign in (1, -1):
                    yield _argument(net, node, argument, sign, place)


def _argument(net: Net, node: Node, argument: str, sign: int, place: str) -> _Change:
    layer: Layer = node.layer

    def to(distance: int) -> tuple[str, Net] | None:
        value = _stepped(layer.values[argument], sign * distance)
        if value is None:
            return None
        try:
            mended = layer.replace(**{argument: value})
        except ShapecalcError:
            return None
        written = layer.fields[argument].write(value)
        return f"{place}{argument}={written}", net.replacing(node.name, mended)

    return _Change(f"{node.name} {argument}", to)


def _resized(net: Net) -> Iterator[_Change]:
    (name, shape), *further = net.inputs.items()
    if further or len(shape) < 2:
        return

    def by(sign: int) -> _Change:
        def to(distance: int) -> tuple[str, Net] | None:
            sizes = _stepped(shape[1:], sign * distance)
            if sizes is None or 0 in sizes:
                return None
            moved = (shape[0], *sizes)
            return f"{name} {shape_text(moved)}", Net({name: moved}, net.nodes, net.outputs)

        return _Change(name, to)

    yield by(1)
    yield by(-1)


def _stepped(value: Any, step: int) -> Any:
    if isinstance(value, tuple):
        moved = tuple(_stepped(axis, step) for axis in value)
        return None if None in moved else moved
    return value + step if isinstance(value, int) and value + step >= 0 else None
