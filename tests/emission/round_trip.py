"""Nets compared as what they compute: without the names of nodes that have no weights, or how sums are grouped."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from shapecalc import Net, emit, layers, open_net
from shapecalc.layers import Layer, Shape
from shapecalc.measures.sizes import walk

#: A node: its layer, what it reads, its shape, and the name of its weights.
Row = tuple[str, tuple[Any, ...], Shape, str]


def read_back(net: Net, folder: Path) -> Net:
    """The net that is read from its emitted source."""
    path = folder / "net.py"
    path.write_text(emit(net), encoding="utf-8")
    shapes = tuple(net.inputs.values())
    return open_net(f"{path}:Net", input_shape=shapes[0] if len(shapes) == 1 else "")


def rows(net: Net) -> list[Row]:
    """What is computed for the outputs, in order; a learned tensor where it is first read."""
    values: dict[str, Any] = {name: f"input {place}" for place, name in enumerate(net.inputs)}
    needed = net.needed()
    free: dict[str, Row] = {}
    computed: list[Row] = []

    def position(name: str) -> Any:
        if name in free:
            computed.append(free.pop(name))
            values[name] = len(computed) - 1
        return values[name]

    for node, layer, inputs, shape in walk(net):
        weights = (node.share or node.name) if next(layer.tensors(), None) or layer.buffers else ""
        weights += " frozen" if next(layer.tensors(), None) and not node.trainable else ""
        if not node.inputs:
            free[node.name] = ("Parameter", (), shape, weights)
        elif node.name in needed:
            reads = [position(name) for name in node.inputs]
            if type(layer).__name__ in {"Add", "Multiply"}:
                while len(reads) > 2:
                    computed.append((repr(layer), tuple(reads[:2]), shape, ""))
                    reads = [len(computed) - 1, *reads[2:]]
            if type(layer).__name__ == "Crop":
                computed += _slices(layer, reads[0], inputs[0], len(computed))
                values[node.name] = len(computed) - 1 if shape != inputs[0] else reads[0]
                continue
            computed.append((*_essence(layer, tuple(reads), inputs), shape, weights))
            values[node.name] = len(computed) - 1
    return [*computed, ("outputs", tuple(position(name) for name in net.outputs), (), "")]


def _slices(layer: Any, source: Any, shape: Shape, count: int) -> list[Row]:
    """A crop as it is written: a slice of each axis that it cuts."""
    cuts: list[Row] = []
    for axis, (_, env) in enumerate(layer.axis_envs(shape)):
        if env["n_out"] != env["W"]:
            reads = (count + len(cuts) - 1,) if cuts else (source,)
            shape = (*shape[: axis + 1], env["n_out"], *shape[axis + 2 :])
            piece = layers.Slice(axis + 2, env["left"], env["left"] + env["n_out"])
            cuts.append((repr(piece), reads, shape, ""))
    return cuts


def _essence(layer: Layer, reads: tuple[Any, ...], inputs: tuple[Shape, ...]) -> tuple[str, tuple[Any, ...]]:
    """A layer without the way in which it is written, and what it reads the values of."""
    name = type(layer).__name__
    if name in {"Interpolate", "Upsample"}:  # the size of a second input is a number in source that is read
        mode = (layer.values["mode"], layer.values["align_corners"] or False)
        return f"resized {mode}", reads[:1]
    if name in {"Permute", "Transpose"}:
        order = layer.bind(inputs)["dim"]
        return f"permuted {order}", reads
    return repr(layer), reads
