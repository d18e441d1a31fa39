"""Functions that order, split, join, stretch, pad and resize dimensions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from shapecalc.layers import Layer, layer_classes
from shapecalc.layers.dimensions import Expand, Permute, Squeeze, Transpose, Unsqueeze
from shapecalc.layers.sized import Interpolate
from shapecalc.pytorch.tracing.functions.table import PAIR, FunctionSite, Translation, as_tuple, entry
from shapecalc.pytorch.tracing.graph import Value
from shapecalc.pytorch.tracing.views import reshaping


@entry("flatten view reshape unflatten squeeze view_as reshape_as ravel")
def _reshape(at: FunctionSite, input: Tensor, *args: Any, **kwargs: Any) -> Translation | None:
    value = at.value(input)
    if value is None or value.batch not in (0, None):
        return None
    layers = reshaping(value.shapes, at.shapes)
    if layers is None:  # of the size at hand alone
        layers = reshaping(value.shapes[:1], at.shapes[:1])
    return None if layers is None else Translation(layers, (value,))


@entry("unsqueeze")
def _unsqueeze(at: FunctionSite, input: Tensor, dim: int) -> Translation | None:
    value = at.value(input)
    dims = len(value.sizes[0]) if value else 0
    place = range(dims + 1)[dim] if value else 0
    if value is None or place == value.batch:
        return _reshape(at, input, dim)
    return Translation([Unsqueeze(value.dim(place) if place < dims else -1)], (value,))


@entry("permute transpose swapaxes swapdims t T mT moveaxis movedim")
def _permute(at: FunctionSite, input: Tensor, *args: Any, **kwargs: Any) -> Translation | None:
    value = at.value(input)
    if value is None:
        return None
    name = kwargs.pop("_name")
    dims = len(value.sizes[0])
    order = _order(name, dims, args, kwargs)
    rest = [value.dim(place) for place in order if place != value.batch]
    lead = [1] if value.folded else []
    places = (0, *lead, *[dim if dim > 0 else dim + len(value.shapes[0]) + 1 for dim in rest])
    if [*places] == sorted(places):
        return Translation((), (value,))
    moved = [place for place, dim in enumerate(places) if place != dim]
    if name != "permute" and len(moved) == PAIR:
        return Translation([_transpose(value, *moved)], (value,))
    return Translation([Permute(places)], (value,))


def _transpose(value: Value, first: int, second: int) -> Layer:
    dims = len(value.shapes[0]) + 1
    return Transpose(*((first, second) if dims - second > PAIR else (first - dims, second - dims)))


def _order(name: str, dims: int, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> list[int]:
    order = [*range(dims)]
    if name == "permute":
        numbers = kwargs.get("dims", args)
        numbers = numbers[0] if len(numbers) == 1 and isinstance(numbers[0], tuple | list) else numbers
        return [order[number] for number in numbers]
    if name in ("moveaxis", "movedim"):
        moved: list[int] = torch.arange(dims, device="cpu").view(-1, *[1] * (dims - 1)).movedim(*args, **kwargs)  # type: ignore[assignment]
        return moved
    first, second = (*args, *kwargs.values()) if args or kwargs else (dims - 2, dims - 1)
    if name == "T":
        return order[::-1]
    order[first], order[second] = order[second], order[first]
    return order


@entry("expand")
def _expand(at: FunctionSite, input: Tensor, *args: Any, **kwargs: Any) -> Translation | None:
    value = at.value(input)
    if value is None or at.shapes == value.shapes:
        return value and Translation((), (value,))
    value = at.reshape(
        value, [(1,) * (len(out) - len(shape)) + shape for shape, out in zip(value.shapes, at.shapes, strict=True)]
    )
    sizes = [{*column} for column in zip(*at.shapes, strict=True)]
    before = [{*column} for column in zip(*value.shapes, strict=True)]
    parts = [-1 if old == new else min(new) for old, new in zip(before, sizes, strict=True)]
    return Translation([Expand(tuple(parts))], (value,))


@entry("pad")
def _pad(
    at: FunctionSite, input: Tensor, pad: Sequence[int], mode: str = "constant", value: float | None = None
) -> Translation | None:
    padded = at.value(input)
    if padded is None or len(pad) % 2:
        return None
    if not any(pad):
        return Translation((), (padded,))
    spatial = len(padded.shapes[0]) - 1
    lead = max(0, len(pad) // 2 - spatial)  # a padding layer leaves the first dimension alone
    rank = max(1, spatial) + lead
    amounts = (*pad, *[0] * (2 * rank - len(pad)))
    prefix = {"constant": "Constant", "reflect": "Reflection", "replicate": "Replication", "circular": "Circular"}[mode]
    name, arguments = (prefix, (value or 0.0,)) if mode == "constant" else (prefix, ())
    if mode == "constant" and not value:
        name, arguments = "Zero", ()
    layer = layer_classes()[f"{name}Pad{rank}d"](amounts, *arguments)
    return Translation([*[Unsqueeze(1)] * lead, layer, *[Squeeze(1)] * lead], (padded,))


@entry("interpolate upsample")
def _interpolate(
    at: FunctionSite,
    input: Tensor,
    size: Any = None,
    scale_factor: Any = None,
    mode: str = "nearest",
    align_corners: bool | None = None,
    **kwargs: Any,
) -> Translation | None:
    value = at.value(input)
    if value is None:
        return None
    if size is None:
        return Translation(
            [_upsample(scale_factor=as_tuple(scale_factor), mode=mode, align_corners=align_corners)], (value,)
        )
    targets = [shape[1:] for shape in at.shapes]
    if len({*targets}) == 1 and len({*value.shapes}) == 1:
        return Translation([Interpolate(targets[0], mode, align_corners)], (value,))
    for reference in reversed([*at.graph.values.values()]):
        if isinstance(reference, Value) and [shape[1:] for shape in reference.shapes] == targets:
            return Translation([Interpolate(mode=mode, align_corners=align_corners)], (value, reference))
    if len({*targets}) == 1:
        return Translation([Interpolate(targets[0], mode, align_corners)], (value,))
    factors = {
        tuple(int(str(new)) / int(str(old)) for new, old in zip(out[1:], shape[1:], strict=True))
        for out, shape in zip(at.shapes, value.shapes, strict=True)
    }
    return Translation([_upsample(scale_factor=next(iter(factors)), mode=mode, align_corners=align_corners)], (value,))


def _upsample(**arguments: Any) -> Layer:
    return layer_classes()["Upsample"](**{name: value for name, value in arguments.items() if value is not None})
