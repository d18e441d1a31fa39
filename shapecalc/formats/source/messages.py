"""A mistake in the words of its file: the names of layers, and where a number comes from."""

from __future__ import annotations

from shapecalc.algebra import Int, product
from shapecalc.errors import ShapecalcError
from shapecalc.formats.source.faults import Fault
from shapecalc.formats.source.networks import FollowedNetwork
from shapecalc.formats.source.values import BATCH, LayerObject
from shapecalc.layers import Shape, shape_text

#: What the counts of layers are counts of.
_COUNTED = {
    **dict.fromkeys(("in_features", "input_size", "embed_dim", "d_model"), "features"),
    **dict.fromkeys(("in_channels", "num_features"), "channels"),
}


def message(reading: FollowedNetwork, fault: Fault) -> str:
    """What is wrong, with the numbers; for a count of channels or features, where the right one comes from."""
    name = reading.names.get(id(fault.module), "")
    if isinstance(fault.module, LayerObject) and fault.module.layer is not None:
        for argument, count in wanted(fault.module, fault.shapes).items():
            takes = fault.module.layer.values[argument]
            if argument in _COUNTED and isinstance(takes, Int) and isinstance(count, Int):
                layer = name or repr(fault.module.layer)
                gets = f"{_number(count)}{_origin(reading, fault.shapes[0], count)}"
                return f"{layer} takes {_number(takes)} {_COUNTED[argument]} ({argument}) but gets {gets}."
    return f"{name}: {fault.message}" if name else fault.message


def _number(count: Int) -> str:
    """A count as it is written in a sentence."""
    return f"{count:,}" if isinstance(count, int) else str(count)


def wanted(module: LayerObject, shapes: tuple[Shape, ...]) -> dict[str, Int]:
    """The counts that a layer would need for its input, where they differ from those that it has."""
    layer = module.known()
    try:
        counts = layer.inferred(shapes) if layer.infers else {}
    except (ShapecalcError, IndexError):
        return {}
    return {name: count for name, count in counts.items() if layer.values[name] != count}


def _origin(reading: FollowedNetwork, shape: Shape, count: Int) -> str:
    """The output of a layer that makes up a count of features, flattened or as it is."""
    shape = shape[1:] if shape[:1] == (BATCH,) else shape
    for call in reversed(reading.run.calls):
        output = call.output[1:]
        name = reading.names.get(id(call.module), "")
        if len(shape) == 1 and len(output) > 1 and product(output) == count:
            return f": {name or call.module.type} gives {shape_text(output)}, flattened"
        if output == shape and name:
            return f" from {name}"
        if len(output) == 1:
            break
    return ""
