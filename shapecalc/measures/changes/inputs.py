"""Other inputs: those that the written shape may mean, and the nearest sizes that are legal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain, islice, takewhile

from shapecalc.algebra import Int, Name, names_in
from shapecalc.algebra.integers import Integers, first_from, last_until
from shapecalc.errors import Meaning, ShapecalcError
from shapecalc.layers import Layer, Shape, shape_text
from shapecalc.measures.changes.arguments import Movement, stepped
from shapecalc.measures.changes.site import Change
from shapecalc.measures.measurement import measure
from shapecalc.measures.misreading import channels_first
from shapecalc.net import Net

#: Letters for the sizes behind the channels, whatever they are called.
_LETTERS = tuple(Name(f"size{number}") for number in range(4))
#: How many channels a grey image has, and one in colour.
_COLOURS = {1, 3}
#: Inputs whose sizes are changed at most.
_INPUTS = 4


def other_readings(net: Net) -> Iterator[Change]:
    """The input as it may have been meant: channels last, with the batch, without its channels.

    Of several inputs each is read otherwise on its own, then all that have another reading.
    """
    first: dict[str, Shape] = {}
    for name, shape in net.inputs.items():
        layers = [node.layer for node in net.nodes if name in node.inputs]
        for reading in dict.fromkeys(_readings(shape, layers) if shape and 0 not in shape else ()):
            first.setdefault(name, reading)
            yield _meaning(net, {name: reading})
    if len(first) > 1:
        yield _meaning(net, first)


def _meaning(net: Net, shapes: Mapping[str, Shape]) -> Change:
    phrase, changed = _with_inputs(net, shapes)
    return Change(Meaning(phrase), changed)


def recoloured(net: Net, reader: str) -> Iterator[Change]:
    """A grey image in colour, or the reverse, where the layer that refuses it reads the other."""
    (source, *_), layer = net[reader].inputs, net[reader].layer
    shape = net.inputs.get(source, ())
    count = layer.values[layer.infers[0]] if layer.infers else None
    if isinstance(count, int) and len(shape) > 1 and {shape[0], count} == _COLOURS:
        yield _with_inputs(net, {source: (count, *shape[1:])})


def _readings(shape: Shape, layers: list[Layer]) -> Iterator[Shape]:
    """Other readings of a shape: those with as many channels or features as the layers that read it take."""
    values = [layer.values[name] for layer in layers for name in layer.infers]
    counts = {value[0] if isinstance(value, tuple) else value for value in values if value}  # a shape of channels alone
    ranks = {rank for layer in layers for rank in layer.dims}
    is_refused = bool(ranks) and len(shape) not in ranks
    if counts:
        readings = [(shape[-1], *shape[:-1]), shape[1:]]
        if is_refused:
            readings += [(count, *shape) for count in counts]
            readings += [(count, *shape * (rank - 1)) for rank in ranks for count in counts if len(shape) == 1]
        yield from (reading for reading in readings if reading and counts & {reading[0], reading[-1]})
        return
    meant = channels_first(shape)
    if meant:
        yield meant
    if is_refused and len(shape) > 1:
        yield shape[1:]
    if is_refused:
        yield (1, *shape)


def legal_sizes(net: Net) -> Iterator[Change]:
    """The input with the nearest legal size below on each axis, and above; from the domain, so exact.

    Of several inputs each is changed on its own, then those that have the same sizes together.
    """
    for names in _moving(net):
        for sizes in _nearest(net, names):
            shapes = {name: (*_lead(net.inputs[name]), *sizes) for name in names}
            if any(net.inputs[name] != shape for name, shape in shapes.items()):
                yield _with_inputs(net, shapes)


def resizing(net: Net, original: Net) -> Iterator[Change]:
    """The same of a net whose inputs are changed already; a phrase has all that differ from the original ones."""
    for change in legal_sizes(net):
        shapes = {name: shape for name, shape in change.net.inputs.items() if original.inputs[name] != shape}
        yield _with_inputs(original, shapes)


def near_sizes(net: Net) -> Iterator[Change]:
    """The nearest of these, if each size is moved by less than a quarter."""
    changes = {_distance(change.net, net): change for change in legal_sizes(net)}
    if changes and min(changes) < 1 / 4:
        yield changes[min(changes)]


def _distance(changed: Net, net: Net) -> float:
    """By how much the sizes of a net's inputs are moved, as a share of them."""
    sizes = zip(chain(*changed.inputs.values()), chain(*net.inputs.values()), strict=True)
    return max(abs(left - right) / right for left, right in sizes if isinstance(left, int) and isinstance(right, int))


def _moving(net: Net) -> Iterator[tuple[str, ...]]:
    """The inputs whose sizes are changed: each on its own, then those of equal sizes."""
    groups: dict[Shape, list[str]] = {}
    for name, shape in islice(net.inputs.items(), _INPUTS):
        if _is_sized(shape):
            groups.setdefault(_axes(shape), []).append(name)
            yield (name,)
    yield from (tuple(names) for names in groups.values() if len(names) > 1)


def _is_sized(shape: Shape) -> bool:
    """Whether a shape has numbers behind its channels, no more than there are letters for, and none of them is 0."""
    return 0 < len(_axes(shape)) <= len(_LETTERS) and 0 not in shape and not names_in(_axes(shape))


def _lead(shape: Shape) -> Shape:
    """The channels of a shape, of which a vector has none."""
    return shape[: len(shape) - len(_axes(shape))]


def _axes(shape: Shape) -> Shape:
    """The sizes behind the channels."""
    return shape[1:] or shape


def _with_inputs(net: Net, shapes: Mapping[str, Shape]) -> Change:
    """The net with other shapes for some of its inputs."""
    phrase = " with ".join(f"{name} {shape_text(shape)}" for name, shape in shapes.items())
    return Change(phrase, Net({**net.inputs, **shapes}, net.nodes, net.outputs, net.name))


def _nearest(net: Net, names: tuple[str, ...]) -> Iterator[Shape]:
    """The nearest legal sizes of these inputs, without the channels."""
    axes = _axes(net.inputs[names[0]])
    letters = _LETTERS[: len(axes)]
    own = _domain(net, names, letters)
    if own is not None:
        yield from _sizes([_around(own[letter.name], size) for letter, size in zip(letters, axes, strict=True)])
    elif len(set(axes)) == 1:
        together = _domain(net, names, letters[:1] * len(axes))
        if together is not None:
            yield from _sizes([_around(together[letters[0].name], axes[0])] * len(axes))


def _domain(net: Net, names: tuple[str, ...], letters: Shape) -> dict[str, Integers] | None:
    """The values of each letter on its own; None where some are tied, or nothing is legal."""
    changed = _with_inputs(net, {name: (*_lead(net.inputs[name]), *letters) for name in names}).net
    try:
        domain = measure(changed).domain
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
    return None if below is None or 2 * below < size else _roundest(values, below), first_from(values, size)


def _roundest(values: Integers, last: int) -> int:
    """Of a few values without a gap that end there, the one most often divisible by 2; ``last`` where they are many."""
    run = list(takewhile(values.__contains__, range(last, last - last // 8, -1)))
    return max(run, key=lambda size: size & -size) if len(run) < last // 8 else last


def _sizes(sides: list[tuple[int | None, int | None]]) -> Iterator[Shape]:
    for side in zip(*sides, strict=True):
        if None not in side:
            yield tuple([size for size in side if size is not None])


def resized(net: Net) -> Iterator[Movement]:
    """All sizes behind the channels moved together, where the domain does not say them; then the channels."""
    for names in _moving(net):
        start = len(_lead(net.inputs[names[0]]))
        yield from (_movement(net, names, slice(start, None), sign) for sign in (1, -1))
    for name, shape in islice(net.inputs.items(), _INPUTS):
        if len(shape) > 1:
            yield from (_movement(net, (name,), slice(1), sign) for sign in (1, -1))


def _movement(net: Net, names: tuple[str, ...], part: slice, sign: int) -> Movement:
    """A part of the shapes of some inputs, moved up or down."""

    def to(distance: int) -> Change | None:
        shapes = {}
        for name in names:
            shape = list(net.inputs[name])
            sizes = stepped(tuple(shape[part]), sign * distance)
            if sizes is None or 0 in sizes:
                return None
            shape[part] = sizes
            shapes[name] = tuple(shape)
        return _with_inputs(net, shapes)

    return Movement(names[0], " ".join(names), to)
