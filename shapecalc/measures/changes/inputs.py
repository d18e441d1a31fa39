"""Other inputs: those that the written shape may mean, and the nearest sizes that are legal."""

from __future__ import annotations

from collections.abc import Iterator

from shapecalc.algebra import Int, Name, names_in
from shapecalc.algebra.integers import Integers, first_from, last_until
from shapecalc.errors import Meaning, ShapecalcError
from shapecalc.layers import Shape, shape_text
from shapecalc.measures.changes.arguments import Movement, stepped
from shapecalc.measures.changes.site import Change
from shapecalc.measures.measurement import measure
from shapecalc.measures.misreading import channels_first
from shapecalc.net import Net

#: Letters for the sizes behind the channels, whatever they are called.
_LETTERS = tuple(Name(f"size{number}") for number in range(4))
#: How many channels a grey image has, and one in colour.
_COLOURS = {1, 3}
#: Nets with more layers are not measured with letters.
_LARGEST = 1_000


def other_readings(net: Net) -> Iterator[Change]:
    """The input as it may have been meant: channels last, with the batch, without its only channel."""
    for name, shape in net.inputs.items():
        readings = _readings(shape, is_counted=_is_counted(net, name)) if 0 not in shape else ()
        for reading in dict.fromkeys(readings):
            changed = Net(dict(net.inputs) | {name: reading}, net.nodes, net.outputs, net.name)
            yield Change(Meaning(f"{name} {shape_text(reading)}"), changed)


def _is_counted(net: Net, name: str) -> bool:
    """Whether a layer that reads an input says how many channels or features it takes."""
    layers = (node.layer for node in net.nodes if name in node.inputs)
    return any(layer.values[count] is not None for layer in layers for count in layer.infers)


def recoloured(net: Net, reader: str) -> Iterator[Change]:
    """A grey image in colour, or the reverse, where the layer that refuses it reads the other."""
    (source, *_), layer = net[reader].inputs, net[reader].layer
    shape = net.inputs.get(source, ())
    count = layer.values[layer.infers[0]] if layer.infers else None
    if isinstance(count, int) and len(shape) > 1 and {shape[0], count} == _COLOURS:
        changed: Shape = (count, *shape[1:])
        inputs = dict(net.inputs) | {source: changed}
        yield Change(f"{source} {shape_text(changed)}", Net(inputs, net.nodes, net.outputs, net.name))


def _readings(shape: Shape, *, is_counted: bool) -> Iterator[Shape]:
    if len(shape) > 1 and shape[-1] != shape[0] and (is_counted or channels_first(shape)):
        yield (shape[-1], *shape[:-1])
    if len(shape) > 2:
        yield shape[1:]
    if len(shape) in (1, 2):
        yield (1, *shape)


def legal_sizes(net: Net) -> Iterator[Change]:
    """The input with the nearest legal size below on each axis, and above; from the domain, so exact."""
    (name, shape), *further = net.inputs.items()
    if further or not _is_sized(shape) or names_in(shape) or _has_letters(net) or len(net) > _LARGEST:
        return
    for sizes in _nearest(net, name, shape):
        if sizes != shape:
            yield Change(f"{name} {shape_text(sizes)}", _with_input(net, name, sizes))


def near_sizes(net: Net) -> Iterator[Change]:
    """The nearest of these, if each size is moved by less than an eighth."""
    (shape, *_) = net.inputs.values()
    changes = {_distance(change.net, shape): change for change in legal_sizes(net)}
    if changes and min(changes) < 1 / 8:
        yield changes[min(changes)]


def _distance(net: Net, shape: Shape) -> float:
    """By how much the sizes of a net's input are moved, as a share of them."""
    (moved, *_) = net.inputs.values()
    pairs = zip(moved, shape, strict=True)
    return max(abs(left - right) / right for left, right in pairs if isinstance(left, int) and isinstance(right, int))


def _is_sized(shape: Shape) -> bool:
    """Whether a shape has some sizes behind its channels, and none of them is 0."""
    return 1 < len(shape) <= 1 + len(_LETTERS) and 0 not in shape


def _has_letters(net: Net) -> bool:
    return any(names_in(tuple(node.layer.values.values())) for node in net.nodes)


def _with_input(net: Net, name: str, shape: Shape) -> Net:
    return Net({name: shape}, net.nodes, net.outputs, net.name)


def _nearest(net: Net, name: str, shape: Shape) -> Iterator[Shape]:
    lead, axes = shape[:1], shape[1:]
    letters = _LETTERS[: len(axes)]
    own = _domain(net, name, (*lead, *letters))
    if own is not None:
        sides = [_around(own[letter.name], size) for letter, size in zip(letters, axes, strict=True)]
        yield from _shapes(lead, sides)
        return
    together = _domain(net, name, (*lead, *(letters[:1] * len(axes))))
    if together is not None and len(set(axes)) == 1:
        below, above = _around(together[letters[0].name], axes[0])
        yield from _shapes(lead, [(below, above)] * len(axes))


def _domain(net: Net, name: str, shape: Shape) -> dict[str, Integers] | None:
    """The values of each letter on its own; None where some are tied, or nothing is legal."""
    try:
        domain = measure(_with_input(net, name, shape)).domain
    except ShapecalcError:
        return None
    return None if domain is None or domain.conflict or domain.multi_letter else dict(domain.values)


def _around(values: Integers, size: Int) -> tuple[int | None, int | None]:
    """The nearest values, not below its half, and above a size; itself where it is one."""
    if not isinstance(size, int):
        return None, None
    if size in values:
        return size, size
    below = last_until(values, size)
    return None if below is None or 2 * below < size else below, first_from(values, size)


def _shapes(lead: Shape, sides: list[tuple[int | None, int | None]]) -> Iterator[Shape]:
    for side in zip(*sides, strict=True):
        if None not in side:
            yield (*lead, *[size for size in side if size is not None])


def resized(net: Net) -> Iterator[Movement]:
    """All sizes behind the channels moved together, where the domain does not say them."""
    (name, shape), *further = net.inputs.items()
    if further or not _is_sized(shape):
        return

    def by(sign: int) -> Movement:
        def to(distance: int) -> Change | None:
            sizes = stepped(shape[1:], sign * distance)
            if sizes is None or 0 in sizes:
                return None
            moved = (shape[0], *sizes)
            return Change(f"{name} {shape_text(moved)}", _with_input(net, name, moved))

        return Movement(name, name, to)

    yield by(1)
    yield by(-1)
