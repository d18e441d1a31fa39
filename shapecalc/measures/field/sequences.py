"""Which inputs are sequences: time first and features last, as recurrent layers and attention read them."""

from __future__ import annotations

from shapecalc.errors import ShapecalcError
from shapecalc.measures.field.propagation import initial, propagate
from shapecalc.measures.field.state import State
from shapecalc.measures.sizes import input_shapes, walk
from shapecalc.net import Net

#: What the only axis of a sequence is called.
TIME = "time"


def start(net: Net) -> dict[str, State]:
    """The fields of each input itself; those of two dimensions run along time in a net of sequences."""
    sequence = is_sequence(net)
    return {name: initial(shape, sequence=sequence and len(shape) == 2) for name, shape in input_shapes(net).items()}


def is_sequence(net: Net) -> bool:
    """Whether a layer reads the first dimension of an input as time.

    What comes before it may work on each step; where a window slides over the last dimension, that is time, and has
    been turned before the layer or should be.
    """
    if 2 not in map(len, net.inputs.values()) or not any(node.layer.is_sequential for node in net.nodes):
        return False
    states = {name: initial(shape) for name, shape in input_shapes(net).items()}
    try:
        steps = walk(net)
    except ShapecalcError:
        return False
    for node, layer, inputs, output in steps:
        read = tuple(states[name] for name in node.inputs)
        if layer.is_sequential and any(_has_features_last(state) for state in read):
            return True
        states[node.name] = propagate(layer, layer.motion(inputs, output), output, read)
    return False


def _has_features_last(state: State) -> bool:
    """Whether the only axis runs along the last of two dimensions, where no window has slid over it."""
    if len(state.shape) != 2 or state.layout.dims != (1,):
        return False
    (pattern,) = state.layout.patterns
    return pattern.is_constant or (pattern.low, pattern.high, pattern.advance) == ((0,), (0,), 1)
