"""What Keras's paddings are in torch's arguments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from shapecalc.errors import SpecError


def padded_pool(kind: str, rank: int, size: Any, strides: Any) -> dict[str, Any]:
    """The arguments of a pooling with padding="same": torch's own where its windows are Keras's, else "tf_same"."""
    sizes = size if isinstance(size, tuple) else (size,) * rank
    steps = strides if isinstance(strides, tuple) else (strides,) * rank
    windows = set(zip(sizes, steps, strict=False))
    if windows <= {(1, 1), (2, 2)}:
        return {"ceil_mode": True}  # at most one input is missing, at the end
    # Keras leaves the padding out of an average
    alone = {"count_include_pad": False} if kind == "AvgPool" else {}
    if all(step == 1 and isinstance(length, int) and length % 2 for length, step in windows):
        return {"padding": tuple((length - 1) // 2 for length in sizes), **alone}
    return {"padding": "tf_same", **alone}


def transposed_padding(
    kernels: Sequence[int], strides: Sequence[int], added: Sequence[int] | None, *, same: bool
) -> tuple[dict[str, Any], tuple[int, ...]]:
    """How torch writes the padding of a transposed convolution of Keras.

    Args:
        kernels: how many outputs the dilated kernel spans, along each axis.
        strides: the strides.
        added: the output_padding, or None.
        same: whether its padding is "same". Without an output_padding that makes S outputs of each input and cuts the
            rest off, an odd one at the end, and "valid" cuts nothing; either fills up to S outputs. With one, "same"
            stands for a padding of half the kernel on both sides, of which the output_padding takes back.

    Returns:
        The arguments, and what a pad layer behind cuts off at the end of each side, last axis first; () for nothing.
    """
    if added is None:
        excess = [kernel - step for kernel, step in zip(kernels, strides, strict=True)]
    else:
        excess = [(kernel // 2 * 2 if same else 0) - more for kernel, more in zip(kernels, added, strict=True)]
    cuts = [max(length, 0) if same else 0 for length in excess]
    odd = [cut % 2 for cut in cuts]
    if any(odd) and added is None:
        return {"padding": "tf_same"}, ()
    amounts = {"padding": [cut // 2 for cut in cuts], "output_padding": [max(-length, 0) for length in excess]}
    arguments = {name: _agreed(values) for name, values in amounts.items() if any(values)}
    return arguments, tuple(side for amount in reversed(odd) for side in (0, -amount)) if any(odd) else ()


def _agreed(values: Sequence[int]) -> int | tuple[int, ...]:
    return values[0] if len(set(values)) == 1 else tuple(values)


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
