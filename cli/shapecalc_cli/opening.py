"""The network of a command whose output has no warnings of its own."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shapecalc.formats.text.shapes import ShapeLike
    from shapecalc.layers import Shape
    from shapecalc.net import Net


def read_inputs(inputs: list[str] | None) -> ShapeLike | list[Shape]:
    """The shapes of ``--input``, which stands once for each input."""
    from shapecalc.formats.text.shapes import read_shape

    if not inputs:
        return ()
    return inputs[0] if len(inputs) == 1 else list(map(read_shape, inputs))


def open_with_warnings(spec: str, *, input_shape: ShapeLike | list[Shape] = ()) -> Net:
    """The network; what its text leaves open, and how that is read, goes to the error stream."""
    from shapecalc.formats import open_net
    from shapecalc_cli.output import say

    net = open_net(spec, input_shape=input_shape)
    with suppress(OSError):  # closed or full: the answer does not depend on it
        for remark in net.remarks:
            say(f"warning  {remark}", err=True)
    return net
