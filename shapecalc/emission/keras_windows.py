"""Convolutions, poolings and resizing for Keras."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from shapecalc.emission.keras_arguments import KerasCall, LackingError, named_arguments, plain_value, value_unless
from shapecalc.layers import Shape

#: Zeros before and behind each axis.
Sides = Sequence[tuple[int, int]]


def _zeros(sides: Sides) -> KerasCall:
    """Zeros around the axes, as a layer of its own."""
    return KerasCall(f"layers.ZeroPadding{len(sides)}D", (side_amounts(sides),))


def side_amounts(sides: Sides) -> Any:
    """What is written for as much on each side of the axes."""
    if all(before == after for before, after in sides):
        return plain_value(tuple([before for before, _ in sides]))
    return sides[0] if len(sides) == 1 else tuple(sides)


def _sides(layer: Any, shape: Shape) -> list[tuple[int, int]]:
    return [(env["before"], env["after"]) for _, env in layer.axis_envs(shape)]


def keras_conv(layer: Any, inputs: tuple[Shape, ...], shape: Shape) -> Iterator[KerasCall]:
    """A convolution, behind zeros where it is not as large as its input."""
    sides = _sides(layer, inputs[0])
    is_same = max(layer.stride) == 1 and layer.padding != "causal" and shape[1:] == inputs[0][1:]
    is_padded = any(map(any, sides))
    if is_padded and not is_same:
        yield _zeros(sides)
    yield _convolution(layer, padding="same" if is_padded and is_same else None)


def keras_conv_behind_zeros(layer: Any, inputs: tuple[Shape, ...], shape: Shape) -> Iterator[KerasCall]:
    """A convolution behind zeros, though there may be none of them."""
    yield _zeros(_sides(layer, inputs[0]))
    yield _convolution(layer, padding=None)


def _convolution(layer: Any, *, padding: str | None) -> KerasCall:
    if layer.padding_mode != "zeros":
        raise LackingError(f"it pads with zeros alone, not padding_mode={layer.padding_mode!r}")
    if max(layer.stride) > 1 and max(layer.dilation) > 1:
        raise LackingError("there a convolution has a stride or a dilation, not both")
    return KerasCall(
        f"layers.Conv{layer.rank}D",
        (layer.out_channels, plain_value(layer.kernel_size)),
        named_arguments(
            strides=value_unless(layer.stride, 1),
            padding=padding,
            dilation_rate=value_unless(layer.dilation, 1),
            groups=value_unless(layer.groups, 1),
            use_bias=value_unless(layer.bias, True),
        ),
    )


def keras_transposed(layer: Any, inputs: tuple[Shape, ...], shape: Shape) -> Iterator[KerasCall]:
    """A transposed convolution, whose padding is cropped."""
    extents = [d * (k - 1) + 1 for k, d in zip(layer.kernel_size, layer.dilation, strict=True)]
    if layer.groups != 1 or isinstance(layer.padding, str) or max(layer.output_padding) > 0:
        raise LackingError("there a transposed convolution has neither groups nor an output_padding")
    if any(extent < stride for extent, stride in zip(extents, layer.stride, strict=True)):
        raise LackingError("there its kernel is at least as large as its stride")
    yield KerasCall(
        f"layers.Conv{layer.rank}DTranspose",
        (layer.out_channels, plain_value(layer.kernel_size)),
        named_arguments(
            strides=value_unless(layer.stride, 1),
            dilation_rate=value_unless(layer.dilation, 1),
            use_bias=value_unless(layer.bias, True),
        ),
    )
    if max(layer.padding) > 0:
        if layer.rank == 1:
            raise LackingError("its Cropping1D counts the channels last")
        yield KerasCall(f"layers.Cropping{layer.rank}D", (plain_value(layer.padding),))


def keras_pool(layer: Any, inputs: tuple[Shape, ...], shape: Shape) -> Iterator[KerasCall]:
    """A pooling with windows."""
    is_max = "dilation" in layer.fields
    if is_max and max(layer.dilation) > 1:
        raise LackingError("there a pooling has no dilation")
    sides = _sides(layer, inputs[0]) if not isinstance(layer.padding, str) else None
    overhang = _overhang(layer, inputs[0], shape)
    is_padded = sides is None or any(map(any, sides))
    leaves_out = is_max or sides is None or not layer.count_include_pad
    if leaves_out and (sides is None or (is_padded and not overhang and _is_same(layer))):
        # with padding="same", it leaves the padding out of a maximum and of a mean
        yield _pooling(layer, is_max=is_max, padding="same")
        return
    if is_max:
        if is_padded or overhang:
            ends = overhang or (0,) * len(shape[1:])
            yield _lowest([(before, after + more) for (before, after), more in zip(sides or (), ends, strict=True)])
    elif overhang:
        raise LackingError("it has no ceil_mode for a mean")
    elif is_padded and not layer.count_include_pad:
        raise LackingError("there a padding of zeros would count in the mean")
    elif is_padded:
        yield _zeros(sides or [])
    yield _pooling(layer, is_max=is_max, padding=None)


def _lowest(sides: Sides) -> KerasCall:
    """Numbers around the axes that are no maximum."""
    return KerasCall("ops.pad", (((0, 0), (0, 0), *sides),), {"constant_values": float("-inf")})


def _overhang(layer: Any, inputs: Shape, shape: Shape) -> tuple[int, ...]:
    """How far the last windows stand over the end in ceil mode; () if none does."""
    if not layer.ceil_mode or layer.replace(ceil_mode=False).output_shape((inputs,)) == shape:
        return ()
    kernels, steps = layer.kernel_size, layer.stride or layer.kernel_size
    sizes = [size + sum(side) for size, side in zip(inputs[1:], _sides(layer, inputs), strict=True)]
    ends = [(n - 1) * s + k for n, s, k in zip(shape[1:], steps, kernels, strict=True)]
    return tuple([max(0, end - size) for end, size in zip(ends, sizes, strict=True)])


def _is_same(layer: Any) -> bool:
    """Whether the padding keeps the size, as padding="same" does."""
    steps = layer.stride or layer.kernel_size
    windows = zip(layer.kernel_size, layer.padding, steps, strict=True)
    return all(k % 2 and 2 * p == k - 1 and s == 1 for k, p, s in windows)


def _pooling(layer: Any, *, is_max: bool, padding: str | None) -> KerasCall:
    if not is_max and layer.values.get("divisor_override"):
        raise LackingError("there a mean has no divisor_override")
    strides = None if layer.stride in (None, layer.kernel_size) else plain_value(layer.stride)
    name = "MaxPooling" if is_max else "AveragePooling"
    size = plain_value(layer.kernel_size)
    return KerasCall(f"layers.{name}{layer.rank}D", (size,), named_arguments(strides=strides, padding=padding))


def keras_adaptive(layer: Any, inputs: tuple[Shape, ...], shape: Shape) -> Iterator[KerasCall]:
    """A pooling to a given size."""
    kind = "Max" if "return_indices" in layer.fields else "Average"
    if set(shape[1:]) == {1}:
        yield KerasCall(f"layers.Global{kind}Pooling{layer.rank}D", (), {"keepdims": True})
    else:
        yield KerasCall(f"layers.Adaptive{kind}Pooling{layer.rank}D", (plain_value(shape[1:]),))


def keras_upsample(layer: Any, inputs: tuple[Shape, ...], shape: Shape) -> Iterator[KerasCall]:
    """A map enlarged by whole factors, or resized."""
    factors = [after // before for before, after in zip(inputs[0][1:], shape[1:], strict=True)]
    is_whole = all(
        after == factor * before for before, after, factor in zip(inputs[0][1:], shape[1:], factors, strict=True)
    )
    mode = layer.values.get("mode", "nearest")
    if len(factors) != 2 or mode not in {"nearest", "bilinear"} or layer.values.get("align_corners"):
        raise LackingError("it resizes maps, nearest or bilinear without align_corners")
    if is_whole:
        interpolation = named_arguments(interpolation=value_unless(mode, "nearest"))
        yield KerasCall("layers.UpSampling2D", (plain_value(tuple(factors)),), interpolation)
    elif mode == "nearest":
        raise LackingError("there the nearest neighbour is another one, but for whole factors")
    else:
        yield KerasCall("layers.Resizing", tuple(shape[1:]), {"interpolation": mode})
