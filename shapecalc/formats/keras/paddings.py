"""What Keras's paddings are in torch's arguments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from shapecalc.errors import SpecError
from shapecalc.layers import layer_classes


def padded_pool(owner: str, kind: str, rank: int, size: Any, strides: Any) -> dict[str, Any]:
    """The arguments of a pooling with padding="same", whose windows begin where torch's do, or are torch's tf_same.

    Raises:
        SpecError: torch's pooling cannot place its windows so.
    """
    if "tf_same" in layer_classes()[f"{kind}{rank}d"].fields["padding"].kind.vocabulary:
        return {"padding": "tf_same"}
    sizes = size if isinstance(size, tuple) else (size,) * rank
    steps = strides if isinstance(strides, tuple) else (strides,) * rank
    windows = set(zip(sizes, steps, strict=False))
    if windows <= {(1, 1), (2, 2)}:
        return {"ceil_mode": True}  # at most one input is missing, at the end
    if all(step == 1 and isinstance(length, int) and length % 2 for length, step in windows):
        amounts = tuple((length - 1) // 2 for length in sizes)
        # Keras leaves the padding out of an average
        return {"padding": amounts, **({"count_include_pad": False} if kind == "AvgPool" else {})}
    raise SpecError(
        f'{owner}: padding="same" with pool_size {size} and strides {strides} is no pooling of torch; pad before it.'
    )


def cut_transposed(excess: Sequence[int], *, same: bool) -> tuple[dict[str, Any], tuple[int, ...]]:
    """How torch writes a transposed convolution of Keras.

    Args:
        excess: by how much the kernel is longer than the stride, along each axis.
        same: whether its padding is "same", which makes S outputs of each input and cuts the rest off, an odd one at
            the end; "valid" cuts nothing. Either fills up to S outputs.

    Returns:
        The arguments, and what a pad layer behind cuts off at the end of each side, last axis first; () for nothing.
    """
    added = tuple(max(-length, 0) for length in excess)
    cut = tuple(max(length, 0) // 2 if same else 0 for length in excess)
    odd = tuple(max(length, 0) % 2 if same else 0 for length in excess)
    arguments = {name: _agreed(values) for name, values in (("padding", cut), ("output_padding", added)) if any(values)}
    crop = tuple(side for amount in reversed(odd) for side in (0, -amount))
    return arguments, crop if any(odd) else ()


def _agreed(values: tuple[int, ...]) -> int | tuple[int, ...]:
    return values[0] if len(set(values)) == 1 else values


def both_sides(owner: str, amounts: Any, rank: int) -> tuple[Any, ...]:
    """The two sides of each axis as torch's pad layers take them, last axis first.

    Raises:
        SpecError: it is neither a number, nor one or two numbers for each axis.
    """
    axes = amounts if isinstance(amounts, tuple) and rank > 1 else (amounts,) * rank
    pairs = [axis if isinstance(axis, tuple) else (axis, axis) for axis in axes]
    if len(pairs) != rank or any(len(pair) != 2 for pair in pairs):
        raise SpecError(f"{owner} takes a number, or one or two for each axis.")
    return tuple(side for pair in reversed(pairs) for side in pair)
