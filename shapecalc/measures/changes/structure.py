"""Layers that were forgotten, or meant in place of the one that refuses: what its input suggests."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

from shapecalc.algebra import names_in, product
from shapecalc.errors import ShapecalcError
from shapecalc.layers import Layer, Shape, layer_classes
from shapecalc.measures.changes.site import Change, Site
from shapecalc.measures.sizes import apply
from shapecalc.measures.unpooling import Unpooling

#: Arguments that must divide the channels.
_DIVISORS = ("num_groups", "groups", "num_heads", "nhead")
#: Larger numbers are not tried.
_LARGEST = 1 << 16


def suggested(site: Site) -> Iterator[Change]:
    """Changes at a node that its input suggests, the likeliest first; none of them is tried yet."""
    if site.node.layer.reads_indices:
        yield from _restoring(site)
    yield from _in_batch(site)
    yield from _raised(site)
    yield from _meant(site)
    yield from _flattened(site)
    yield from _padded(site)
    yield from _joined(site)
    yield from _arranged(site)
    yield from _counted(site)
    yield from _divided(site)


def _made(name: str, *args: Any, **kwargs: Any) -> Iterator[Layer]:
    """The layer of this class, if there is one."""
    cls = layer_classes().get(name)
    if cls is not None:
        yield cls(*args, **kwargs)


def _restoring(site: Site) -> Iterator[Change]:
    """The size that an unpooling must restore, or the windows of its pooling."""
    layer = site.node.layer
    pool = Unpooling(site.net).pairs[site.node.name]
    if not pool:
        return
    pooling = site.net[pool]
    sizes = site.shapes[pooling.inputs[0]][-layer.rank :]
    yield from filter(None, [site.argument(output_size=sizes)])
    windows = {name: pooling.layer.values[name] for name in ("kernel_size", "stride", "padding")}
    if all(layer.values[name] == value for name, value in windows.items()):
        return
    for output_size in (None, sizes):
        yield from filter(None, [site.replaced(layer.replace(**windows, output_size=output_size))])


def _in_batch(site: Site) -> Iterator[Change]:
    """A learned tensor whose first dimension, of size 1, is torch's for the batch: (1, 197, 768)."""
    dims = min(map(len, site.inputs), default=0)
    for name, shape in zip(site.node.inputs, site.inputs, strict=True):
        layer = site.net[name].layer if name not in site.net.inputs else None
        if layer is None or "batch_dim" not in layer.fields or len(shape) != dims + 1 or shape[0] != 1:
            continue
        changed = layer.replace(sizes=shape[1:], batch_dim=True)
        yield Change(f"{changed!r} in place of {name}", site.net.replacing(name, changed))


def _raised(site: Site) -> Iterator[Change]:
    """Dimensions of size 1 that a value lacks beside another, behind its own (a gate) or in front of them."""
    ranks = [len(shape) for shape in site.inputs]
    if len(ranks) != 2 or ranks[0] == ranks[1]:
        return
    place, missing = ranks.index(min(ranks)), max(ranks) - min(ranks)
    for dim in (-1, 1):
        yield site.before(*[layer for _ in range(missing) for layer in _made("Unsqueeze", dim)], place=place)


def _flattened(site: Site) -> Iterator[Change]:
    """A Flatten before a layer; if it reads features last, also behind a mean, or with the count it then has."""
    (shape, *further) = site.inputs
    if further or len(shape) < 2:
        return
    layer = site.node.layer
    (flatten,) = _made("Flatten")
    yield site.before(flatten)
    if len(shape) < 3 or not _reads_last(layer):
        return
    for mean in _made(f"AdaptiveAvgPool{len(shape) - 1}d", 1):
        yield site.before(mean, flatten)
    counts = _counts(layer, ((product(shape),),))
    yield from _before_changed(
        site, flatten, {name: count for name, count in counts.items() if count != layer.values[name]}
    )


def _before_changed(site: Site, layer: Layer, values: Mapping[str, Any]) -> Iterator[Change]:
    """A layer before the node, whose arguments change as well."""
    change = site.argument(**values) if values else None
    if change is not None:
        before = site._replace(net=change.net, node=change.net[site.node.name]).before(layer)
        yield Change(f"{before.phrase} with {change.phrase}", before.net)


def _reads_last(layer: Layer) -> bool:
    """Whether a layer reads features along the last dimension."""
    return [*_counts(layer, ((2, 3),)).values()] == [3]


def _counts(layer: Layer, inputs: tuple[Shape, ...]) -> Mapping[str, Any]:
    """The counts that inputs say of a layer; none where they have too few dimensions to say any."""
    try:
        return layer.inferred(inputs) if layer.infers else {}
    except (ShapecalcError, IndexError):
        return {}


def _meant(site: Site) -> Iterator[Change]:
    """The layer of the same name for as many axes as the input has, and what the layer itself knows."""
    layer, shape = site.node.layer, site.inputs[0]
    for other in layer.alternatives(site.inputs):
        yield from filter(None, [site.replaced(other)])
    if not layer.dims or len(shape) in layer.dims:
        return
    stem = type(layer).__name__[:-2]
    for rank in range(1, 4):
        cls = layer_classes().get(f"{stem}{rank}d")
        if cls is not None and cls is not type(layer) and len(shape) in cls.dims:
            values = {name: _one_value(layer.values[name]) for name in cls.fields if name in layer.fields}
            try:
                yield from filter(None, [site.replaced(cls(**values))])
            except ShapecalcError:
                continue


def _one_value(value: Any) -> Any:
    """One number for all axes; a tuple of several stays, and has too many or too few."""
    return value[0] if isinstance(value, tuple) and len(set(value)) == 1 else value


def _padded(site: Site) -> Iterator[Change]:
    """Padding that a window refuses as its own, in a layer before it: the size that was asked for stays."""
    layer = site.node.layer
    amounts = layer.values.get("padding")
    if (
        not layer.is_window
        or not isinstance(amounts, tuple)
        or not any(amounts)
        or names_in(tuple(layer.values.values()))
    ):
        return
    sides = tuple(amount for amount in reversed(amounts) for _ in range(2))
    for pad in _padding(layer, sides):
        yield from _before_changed(site, pad, {"padding": 0})
    kernels = layer.values["kernel_size"]
    nearest = tuple(max(0, min(amount, kernel // 2)) for amount, kernel in zip(amounts, kernels, strict=True))
    change = site.argument(padding=nearest)
    if nearest != amounts and change is not None and site.accepts(change):
        yield change


def _padding(layer: Layer, sides: tuple[Any, ...]) -> Iterator[Layer]:
    """A layer that pads as a window does; what its mode refuses, by the edge."""
    if layer.values.get("padding_mode", "zeros") != "zeros":
        return _made(f"ReplicationPad{layer.rank}d", sides)
    if layer.padding_value and max(sides) > 0:
        return _made(f"ConstantPad{layer.rank}d", sides, layer.padding_value)
    return _made(f"ZeroPad{layer.rank}d", sides)


def aligned(site: Site) -> Iterator[Change]:
    """A projection of the earlier of two values that meet, or zeros behind the smaller, up to the larger."""
    if len(site.inputs) != 2 or len({len(shape) for shape in site.inputs}) > 1 or any(map(names_in, site.inputs)):
        return
    yield from _projected(site)
    for place, (shape, wanted) in enumerate((site.inputs, site.inputs[::-1])):
        gaps = [_gap(fewer, more) for fewer, more in zip(shape[1:], wanted[1:], strict=True)]
        if None not in gaps and any(gaps):
            sides = tuple(side for gap in reversed(gaps) for side in (0, gap))
            for pad in _made(f"ZeroPad{len(gaps)}d", sides):
                yield site.before(pad, place=place)


def differences(site: Site) -> int:
    """In how many sizes two values differ that meet at a node; 0 where other than two meet, or of unequal rank."""
    if len(site.inputs) != 2 or len({len(shape) for shape in site.inputs}) > 1:
        return 0
    return sum(left != right for left, right in zip(*site.inputs, strict=True))


def _projected(site: Site) -> Iterator[Change]:
    """A 1×1 convolution on a shortcut, with the channels and the stride of the other branch."""
    names = [*site.shapes]
    place = min((0, 1), key=lambda place: names.index(site.node.inputs[place]))
    (lead, *sizes), wanted = site.inputs[place], site.inputs[1 - place]
    rank = len(sizes)
    strides = tuple(-(-size // goal) if goal else 1 for size, goal in zip(sizes, wanted[1:], strict=True))
    if 0 in strides:
        return
    for conv in _made(f"Conv{rank}d", lead, wanted[0], 1, stride=strides) if rank else _made("Linear", lead, wanted[0]):
        try:
            fits = apply(conv, (site.inputs[place],))[1] == wanted
            if fits and apply(site.node.layer, (wanted, wanted))[1] == wanted:
                yield site.before(conv, place=place)
        except ShapecalcError:
            return


def _gap(fewer: Any, more: Any) -> int | None:
    """By how much one size is smaller than another, if that is little: up to 2, or a quarter of it."""
    gap = more - fewer
    return gap if 0 <= gap <= max(2, fewer // 4) else None


def _joined(site: Site) -> Iterator[Change]:
    """The nearest earlier value of the same sizes that has the channels that are missing."""
    layer, inputs = site.node.layer, site.inputs
    if len(inputs) > 1 or not layer.infers or len(inputs[0]) < 2:
        return
    count = layer.values[layer.infers[0]]
    if not isinstance(count, int) or not isinstance(inputs[0][0], int) or count <= inputs[0][0]:
        return
    wanted = (count - inputs[0][0], *inputs[0][1:])
    near = _stretch(site)
    for name in reversed([*site.shapes]):
        if site.shapes[name] == wanted and name not in near:
            yield site.joined(name)
            return


def _stretch(site: Site) -> set[str]:
    """The values just before the node that have the sizes of its input, back to where these change."""
    names = {site.node.inputs[0]}
    sizes, name = site.inputs[0][1:], site.node.inputs[0]
    while name not in site.net.inputs:
        name, *further = site.net[name].inputs
        if further or site.shapes[name][1:] != sizes:
            break
        names.add(name)
    return names


def _counted(site: Site) -> Iterator[Change]:
    """The count (in_features) that the input has."""
    for name, count in _counts(site.node.layer, site.inputs).items():
        if count != site.node.layer.values[name]:
            yield from filter(None, [site.argument(**{name: count})])


def _divided(site: Site) -> Iterator[Change]:
    """The number of groups or heads that divides, nearest to the one that does not."""
    layer, shape = site.node.layer, site.inputs[0] or (0,)
    for name in _DIVISORS:
        number, channels = layer.values.get(name), shape[-1 if "head" in name else 0]
        if not isinstance(number, int) or not isinstance(channels, int) or number < 1:
            continue
        divisors = [divisor for divisor in range(1, min(channels, _LARGEST) + 1) if channels % divisor == 0]
        for divisor in sorted(divisors, key=lambda divisor: abs(divisor - number)):
            change = site.argument(**{name: divisor})
            if divisor != number and change is not None and site.accepts(change):
                yield change
                break


def _arranged(site: Site) -> Iterator[Change]:
    """Axes turned for a layer that reads features last, or a vector folded into a map."""
    (shape, *further) = site.inputs
    if further or names_in(shape):
        return
    if len(shape) == 2:
        for turn in _made("Transpose", 1, 2):
            yield site.before(turn)
    layer = site.node.layer
    if len(shape) == 3 and (_reads_last(layer) or any(layer.alternatives(site.inputs))):
        turns = [_made("Flatten", 2), _made("Transpose", 1, 2)] if layer.dims else [_made("Permute", 0, 2, 3, 1)]
        yield site.before(*chain.from_iterable(turns))
    if len(shape) == 1 and not any(_meant(site)):
        yield from _folded(site, shape[0])


def _folded(site: Site, values: Any) -> Iterator[Change]:
    """A vector as the square map of as many channels as the layer reads."""
    layer = site.node.layer
    count = layer.values[layer.infers[0]] if layer.infers else None
    if not isinstance(count, int) or not isinstance(values, int) or count < 1 or values % count:
        return
    side = math.isqrt(values // count)
    if side * side == values // count:
        for fold in _made("Unflatten", 1, (count, side, side)):
            yield site.before(fold)
