"""The inputs that a window leaves out: those behind the last position, and those between two positions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from shapecalc.algebra import Int
from shapecalc.layers.windows import extent, unread_end
from shapecalc.measures import Row


def left_out(row: Row) -> Iterator[str]:
    """The inputs that no window of a layer reads, a sentence for each axis; nothing where letters leave it open.

    Args:
        row: a layer that slides a window.
    """
    places: dict[str, list[str]] = {}
    envs = row.layer.axis_envs(row.input_shapes[0])  # type: ignore[attr-defined]  # as every layer with a window
    for (axis, env), size in zip(envs, row.output_shape[-len(envs) :], strict=True):
        places.setdefault(" and ".join(_places(env, size)), []).append(axis)
    return (f"left out along the {' and '.join(axes)}: {words}" for words, axes in places.items() if words)


def _places(env: Mapping[str, Any], size: Int) -> Iterator[str]:
    """The inputs along one axis that are left out, in words."""
    kernel, stride, dilation = env["kernel_size"], env["stride"], env["dilation"]
    end = unread_end(env["W"], size, kernel, stride, env["before"], dilation)
    if isinstance(end, int) and end:
        yield f"{end} input{'s' * (end > 1)} at the end"
    gap = stride - extent(kernel, dilation)
    if isinstance(gap, int) and gap > 0 and size != 1:
        yield f"{gap} between each two windows"
