"""The same values under other sizes: the layers that say it for every input, not for one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from shapecalc.layers import Layer, Shape
from shapecalc.layers.dimensions import Reshape, Squeeze, Unsqueeze
from shapecalc.layers.reshape import Flatten, Unflatten
from shapecalc.pytorch.tracing.graph import value_groups


def reshaping(before: Sequence[Shape], after: Sequence[Shape]) -> list[Layer] | None:
    """Layers between these shapes, one pair for each recording; None where no layers say it for all of them.

    A size that differs between recordings is one that the input's size decides; -1 stands for it.
    """
    if [*before] == [*after]:
        return []
    groups = value_groups(before, after)
    if groups is None:
        return None
    layers: list[Layer] = []
    for source, target in reversed(groups):  # from the last one on, so that the first ones keep their places
        parts = [tuple([shape[dim] for dim in target]) for shape in after]
        pieces = [*_pieces(source, parts, len(before[0]))]
        if None in pieces:
            return _whole(after)
        layers += [piece for piece in pieces if piece is not None]
    whole = _whole(after)
    return whole if whole is not None and len(layers) > 1 and _is_constant(after) else layers


def _is_constant(shapes: Sequence[Shape]) -> bool:
    return len({*shapes}) == 1 and len(shapes) > 1


def _whole(after: Sequence[Shape]) -> list[Layer] | None:
    """One layer that names all sizes, of which at most one differs."""
    sizes = _sizes(after)
    return None if sizes is None or not sizes else [Reshape(sizes)]


def _sizes(parts: Sequence[Shape]) -> Shape | None:
    """Sizes that agree, and -1 for one that does not; None where several do not."""
    columns = [{*column} for column in zip(*parts, strict=True)]
    if sum(len(column) > 1 for column in columns) > 1:
        return None
    return tuple([next(iter(column)) if len(column) == 1 else -1 for column in columns])


def _pieces(source: range, parts: Sequence[Shape], dims: int) -> Iterator[Layer | None]:
    """The layers of one group: its dimensions joined, and split again."""
    if not source:
        yield from [Unsqueeze(source.start + 1)] * len(parts[0])
        return
    if not parts[0]:
        yield Squeeze(tuple([dim + 1 for dim in source]) if len(source) > 1 else source.start + 1)
        return
    if len(source) > 1:
        end = -1 if source.stop == dims else source.stop
        yield Flatten(source.start + 1, end)
    if len(parts[0]) > 1:
        sizes = _sizes(parts)
        yield None if sizes is None else Unflatten(source.start + 1, sizes)
