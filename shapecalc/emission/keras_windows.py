"""Convolutions, poolings and resizing for Keras."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from shapecalc.emission.forms import value_text
from shapecalc.emission.keras_arguments import Call, LackingError, named_arguments, plain_value, value_unless
from shapecalc.layers import Shape


def _padded(sides: Sequence[tuple[int, int]]) -> Iterator[Call]:
    """Zeros around the axes, as a layer of its own."""
    if any(map(any, sides)):
        equal = all(before == after for before, after in sides)
        amounts = plain_value(tuple([before for before, _ in sides])) if equal else tuple(sides)
        amounts = amounts[0] if not equal and len(sides) == 1 else amounts
        yield f"layers.ZeroPadding{len(sides)}D", [value_text(amounts)]


def _sides(layer: Any, shape: Shape) -> list[tuple[int, int]]:
    return [(env["before"], env["after"]) for _, env in layer.axis_envs(shape)]


def keras_conv(layer: Any, inputs: tuple[Shape, ...], shape: Shape) -> Iterator[Call]:
    """A convolution, behind zeros where it is not as large as its input."""
    if layer.padding_mode != "zeros":
        raise LackingError(f"it pads with zeros alone, not padding_mode={layer.padding_mode!r}")
    if max(layer.stride) > 1 and max(layer.dilation) > 1:
        raise LackingError("there a convolution has a stride or a dilation, not both")
    sides = _sides(layer, inputs[0])
    is_same = (
        max(layer.stride) == 1 and layer.padding != "causal" and shape[1:] == inputs[0][1:] and any(map(any, sides))
    )
    if not is_same:
        yield from _padded(sides)
    yield (
        f"layers.Conv{layer.rank}D",
        [
            value_text(layer.out_channels),
            value_text(plain_value(layer.kernel_size)),
            *named_arguments(
                strides=value_unless(layer.stride, 1),
                padding="same" if is_same else None,
                dilation_rate=value_unless(layer.dilation, 1),
                groups=value_unless(layer.groups, 1),
                use_bias=value_unless(layer.bias, True),
            ),
        ],
    )


def keras_transposed(layer: Any, inputs: tuple[Shape, ...], shape: Shape) -> Iterator[Call]:
    """A transposed convolution, whose padding is cropped."""
    extents = [d * (k - 1) + 1 for k, d in zip(layer.kernel_size, layer.dilation, strict=True)]
    if layer.groups != 1 or isinstance(layer.padding, str) or max(layer.output_padding) > 0:
        raise LackingError("there a transposed convolution has neither groups nor an output_padding")
    if any(extent < stride for extent, stride in zip(extents, layer.stride, strict=True)):
        raise LackingError("there its kernel is at least as large as its stride")
    yield (
        f"layers.Conv{layer.rank}DTranspose",
        [
            value_text(layer.out_channels),
            value_text(plain_value(layer.kernel_size)),
            *named_arguments(
                strides=value_unless(layer.stride, 1),
                dilation_rate=value_unless(layer.dilation, 1),
                use_bias=value_unless(layer.bias, True),
            ),
        ],
    )
    if max(layer.padding) > 0:
        if layer.rank == 1:
            raise LackingError("its Cropping1D counts the channels last")
        yield f"layers.Cropping{layer.rank}D", [value_text(plain_value(layer.padding))]


def keras_pool(layer: Any, inputs: tuple[Shape, ...], shape: Shape) -> Iterator[Call]:
    """A pooling with windows."""
    is_max = "dilation" in layer.fields
    if layer.ceil_mode and layer.replace(ceil_mode=False).output_shape(inputs) != shape:
        raise LackingError("it has no ceil_mode")
    if is_max and max(layer.dilation) > 1:
        raise LackingError("there a pooling has no dilation")
    sides = _sides(layer, inputs[0]) if not isinstance(layer.padding, str) else None
    is_padded = sides is None or any(map(any, sides))
    if is_padded and (is_max or not layer.count_include_pad or layer.values.get("divisor_override")):
        # with padding="same", it leaves the padding out of a maximum and of a mean
        steps = layer.stride or layer.kernel_size
        is_same = all(k % 2 and 2 * p == k - 1 and s == 1 for k, p, s in _windows(layer, steps))
        if not (is_same or layer.padding == "tf_same"):
            raise LackingError("there a padding of zeros would count; write a padding layer before it")
        yield _pooling(layer, is_max=is_max, padding="same")
        return
    yield from _padded(sides or [])
    yield _pooling(layer, is_max=is_max, padding=None)


def keras_padded_first(layer: Any, inputs: Shape, shape: Shape) -> Iterator[Call]:
    """A pooling of numbers that are not negative: zeros around them, then the pooling."""
    sides = _sides(layer, inputs)
    if "dilation" not in layer.fields or not any(map(any, sides)):
        yield from keras_pool(layer, (inputs,), shape)
        return
    sizes = [size + before + after for size, (before, after) in zip(inputs[1:], sides, strict=True)]
    yield from _padded(sides)
    yield from keras_pool(layer.replace(padding=0), ((inputs[0], *sizes),), shape)


def _windows(layer: Any, steps: tuple[int, ...]) -> Iterator[tuple[int, int, int]]:
    padding = layer.padding if not isinstance(layer.padding, str) else (0,) * layer.rank
    return zip(layer.kernel_size, padding, steps, strict=True)


def _pooling(layer: Any, *, is_max: bool, padding: str | None) -> Call:
    size = plain_value(layer.kernel_size)
    strides = None if layer.stride in (None, layer.kernel_size) else plain_value(layer.stride)
    name = "MaxPooling" if is_max else "AveragePooling"
    return f"layers.{name}{layer.rank}D", [value_text(size), *named_arguments(strides=strides, padding=padding)]


def keras_adaptive(layer: Any, inputs: tuple[Shape, ...], shape: Shape) -> Iterator[Call]:
    """A pooling to a given size."""
    kind = "Max" if "return_indices" in layer.fields else "Average"
    if set(shape[1:]) == {1}:
        yield f"layers.Global{kind}Pooling{layer.rank}D", ["keepdims=True"]
    else:
        yield f"layers.Adaptive{kind}Pooling{layer.rank}D", [value_text(plain_value(shape[1:]))]


def keras_upsample(layer: Any, inputs: tuple[Shape, ...], shape: Shape) -> Iterator[Call]:
    """A map enlarged by whole factors."""
    factors = [after // before for before, after in zip(inputs[0][1:], shape[1:], strict=True)]
    is_whole = all(
        after == factor * before for before, after, factor in zip(inputs[0][1:], shape[1:], factors, strict=True)
    )
    mode = layer.values.get("mode", "nearest")
    if len(factors) != 2 or mode not in {"nearest", "bilinear"} or not is_whole or layer.values.get("align_corners"):
        raise LackingError("it enlarges maps by whole factors, nearest or bilinear without align_corners")
    yield (
        "layers.UpSampling2D",
        [value_text(plain_value(tuple(factors))), *named_arguments(interpolation=value_unless(mode, "nearest"))],
    )
