"""Random small networks in one or two axes: windows of all kinds, branches and merges, for hypothesis to draw."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from shapecalc import Builder, Net, ShapecalcError, layers

#: Sizes beyond this make a net slow to differentiate; a layer that would give more is left out.
LARGEST = {1: 96, 2: 30}

Draw = Callable[[st.SearchStrategy[Any]], Any]


def _of(name: str, rank: int) -> Any:
    return getattr(layers, f"{name}{rank}d")


def per_axis(values: st.SearchStrategy[int], rank: int) -> st.SearchStrategy[Any]:
    """One number for all axes, or one for each."""
    return st.one_of(values, st.tuples(*[values] * rank))


def _conv(draw: Draw, rank: int, channels: int) -> Any:
    rules = ["same", "valid", "tf_same", *(["causal"] if rank == 1 else [])]
    padding = draw(st.one_of(per_axis(st.integers(0, 3), rank), st.sampled_from(rules)))
    stride = 1 if padding == "same" else draw(per_axis(st.integers(1, 3), rank))
    return _of("Conv", rank)(
        channels,
        draw(st.sampled_from((1, 2, channels))),
        draw(per_axis(st.integers(1, 4), rank)),
        stride,
        padding,
        draw(per_axis(st.integers(1, 3), rank)),
        padding_mode=draw(st.sampled_from(("zeros", "zeros", "reflect", "replicate", "circular"))),
    )


def _depthwise(draw: Draw, rank: int, channels: int) -> Any:
    return _of("Conv", rank)(channels, channels, draw(per_axis(st.integers(1, 3), rank)), padding=1, groups=channels)


def _padding(draw: Draw, rank: int) -> Any:
    return draw(st.one_of(per_axis(st.integers(0, 2), rank), st.just("tf_same")))


def _transposed(draw: Draw, rank: int, channels: int) -> Any:
    padding = _padding(draw, rank)
    return _of("ConvTranspose", rank)(
        channels,
        draw(st.sampled_from((1, 2))),
        draw(per_axis(st.integers(1, 4), rank)),
        draw(per_axis(st.integers(1, 3), rank)),
        padding,
        0 if padding == "tf_same" else draw(per_axis(st.integers(0, 2), rank)),
        dilation=draw(per_axis(st.integers(1, 3), rank)),
    )


def _max_pool(draw: Draw, rank: int, _: int) -> Any:
    return _of("MaxPool", rank)(
        draw(per_axis(st.integers(1, 4), rank)),
        draw(st.one_of(st.none(), per_axis(st.integers(1, 3), rank))),
        _padding(draw, rank),
        draw(per_axis(st.integers(1, 3), rank)),
        ceil_mode=draw(st.booleans()),
    )


def _avg_pool(draw: Draw, rank: int, _: int) -> Any:
    return _of("AvgPool", rank)(
        draw(per_axis(st.integers(1, 4), rank)),
        draw(st.one_of(st.none(), per_axis(st.integers(1, 3), rank))),
        _padding(draw, rank),
        ceil_mode=draw(st.booleans()),
        count_include_pad=draw(st.booleans()),
    )


def _lp_pool(draw: Draw, rank: int, _: int) -> Any:
    kernel, stride = draw(st.integers(1, 4)), draw(st.one_of(st.none(), st.integers(1, 3)))
    return _of("LPPool", rank)(draw(st.sampled_from((1.0, 2.0))), kernel, stride, ceil_mode=draw(st.booleans()))


def _adaptive(draw: Draw, rank: int, _: int) -> Any:
    size = st.integers(1, 7) if rank == 1 else st.one_of(st.none(), st.integers(1, 7))
    kind = draw(st.sampled_from(("AdaptiveAvgPool", "AdaptiveMaxPool")))
    return _of(kind, rank)(draw(st.tuples(*[size] * rank)))


def _upsample(draw: Draw, rank: int, _: int) -> Any:
    mode = draw(st.sampled_from(("nearest", "nearest-exact", "area", {1: "linear", 2: "bilinear"}[rank])))
    aligned = draw(st.booleans()) if "linear" in mode else None
    # from 26 to 11 positions torch's nearest-exact reads one input and sends the gradient to its neighbour
    if mode != "nearest-exact" and draw(st.booleans()):
        return layers.Upsample(draw(per_axis(st.integers(1, 12), rank)), mode=mode, align_corners=aligned)
    factor = draw(st.sampled_from((1.0, 2.0, 3.0, 0.5, 1.5, 0.75)))
    return layers.Upsample(scale_factor=factor, mode=mode, align_corners=aligned)


def _pad(draw: Draw, rank: int, _: int) -> Any:
    kind = draw(st.sampled_from(("ZeroPad", "ConstantPad", "ReflectionPad", "ReplicationPad", "CircularPad")))
    # torch's circular padding reads memory that it never wrote where it pads more than it has left after cropping
    least = 0 if kind == "CircularPad" else -2
    sides = draw(st.tuples(*[st.integers(least, 3)] * (2 * rank)))
    return _of(kind, rank)(sides, *([1.0] if kind == "ConstantPad" else []))


def _shuffle(draw: Draw, rank: int, channels: int) -> Any:
    if rank == 1:
        return layers.Identity()
    return layers.PixelShuffle(2) if channels % 4 == 0 else layers.PixelUnshuffle(draw(st.sampled_from((1, 2))))


def _pointwise(draw: Draw, rank: int, channels: int) -> Any:
    plain = (layers.LeakyReLU(), layers.Identity(), layers.Dropout(), layers.PReLU(), layers.ChannelShuffle(1))
    return draw(st.sampled_from((*plain, _of("BatchNorm", rank)(channels))))


def _wide(_: Draw, rank: int, channels: int) -> Any:
    return _of("Conv", rank)(channels, 4, 1)


_KINDS = (
    _conv, _conv, _conv, _depthwise, _transposed, _transposed, _max_pool, _avg_pool, _lp_pool, _adaptive, _upsample,
    _pad, _pad, _shuffle, _pointwise, _wide,
)  # fmt: skip


def _fits(shape: tuple[int, ...], rank: int) -> bool:
    return len(shape) == rank + 1 and max(shape[1:]) <= LARGEST[rank] and shape[0] <= 16 and math.prod(shape) > 0


def grow(b: Builder, shapes: dict[str, Any], layer: Any, *reads: str) -> str | None:
    """Add a layer where it is legal and its output small; otherwise leave it out."""
    inputs = tuple(shapes[name] for name in reads)
    try:
        completed = layer.accept(inputs)
        shape = completed.output_shape(inputs)
    except ShapecalcError:
        return None
    rank = len(inputs[0]) - 1
    if not _fits(shape, rank):
        return None
    name = b.add(layer, inputs=reads)
    shapes[name] = shape
    return name


def _merge(draw: Draw, b: Builder, shapes: dict[str, Any]) -> None:
    """Join the last node with an earlier one of its size."""
    same = [name for name, shape in shapes.items() if shape[1:] == shapes[b.last][1:] and name != b.last]
    if same:
        other = draw(st.sampled_from(same))
        kinds = (layers.Add, layers.Multiply, layers.Concat)
        grow(b, shapes, draw(st.sampled_from(kinds))(), *draw(st.permutations([b.last, other])))


def _diamond(draw: Draw, b: Builder, shapes: dict[str, Any], rank: int) -> None:
    """Two ways from one node that keep its size, and their merge."""
    source, ends = b.last, []
    for _ in range(2):
        k, dilation = draw(st.integers(1, 4)), draw(st.integers(1, 3))
        rule = draw(st.sampled_from(("same", "tf_same", *(["causal"] if rank == 1 else []))))
        window = _of("Conv", rank)(shapes[source][0], 2, k, padding=rule, dilation=dilation)
        ends.append(grow(b, shapes, window, source))
    found = [end for end in ends if end]
    if len(found) == 2:
        grow(b, shapes, draw(st.sampled_from((layers.Add, layers.Multiply, layers.Concat)))(), *found)


def _gate(draw: Draw, b: Builder, shapes: dict[str, Any], rank: int) -> None:
    """A global average, stretched over what it is the average of."""
    source = b.last
    mean = grow(b, shapes, _of("AdaptiveAvgPool", rank)(1), source)
    if mean:
        grow(b, shapes, draw(st.sampled_from((layers.Multiply, layers.Add)))(), *draw(st.permutations([source, mean])))


def _fitted(draw: Draw, b: Builder, shapes: dict[str, Any], rank: int) -> None:
    """What was last, cut or resized to the size of another node."""
    mode = draw(st.sampled_from(("nearest", "area", {1: "linear", 2: "bilinear"}[rank])))
    layer = draw(st.sampled_from((layers.Crop(), layers.Crop(offset=1), layers.Interpolate(mode=mode))))
    others = [name for name, shape in shapes.items() if len(shape) == rank + 1]
    grow(b, shapes, layer, b.last, draw(st.sampled_from(others)))


@st.composite
def small_nets(draw: Draw, *, longest: int = 6, least: int = 1, most: int = 14) -> Net:
    """Chains and branching nets in one or two axes that are legal by construction; sizes count double in one axis."""
    rank = draw(st.sampled_from((1, 1, 2)))
    more = 3 - rank
    sizes = draw(st.tuples(*[st.integers(least * more, most * more)] * rank))
    shapes: dict[str, Any] = {"input": (draw(st.integers(1, 2)), *sizes)}
    b = Builder(shapes["input"])
    for _ in range(draw(st.integers(1, longest))):
        step = draw(st.sampled_from(("layer",) * 6 + ("merge", "diamond", "gate", "fitted")))
        if step == "layer":
            grow(b, shapes, draw(st.sampled_from(_KINDS))(draw, rank, shapes[b.last][0]), b.last)
        elif step == "merge":
            _merge(draw, b, shapes)
        elif step == "diamond":
            _diamond(draw, b, shapes, rank)
        elif step == "fitted":
            _fitted(draw, b, shapes, rank)
        else:
            _gate(draw, b, shapes, rank)
    if b.last == "input":
        b.add(layers.Identity())
    return b.build()
