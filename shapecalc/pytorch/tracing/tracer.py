"""A torch module as a net, verified at the sizes at which it ran."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from dataclasses import replace

from torch import nn

from shapecalc.algebra import product
from shapecalc.errors import ShapecalcError, check_type
from shapecalc.layers import Shape, shape_text
from shapecalc.layers.opaque import Traced
from shapecalc.layers.parameter import Parameter
from shapecalc.measures.sizes import walk
from shapecalc.net import Net, Node
from shapecalc.net.input_shapes import check_shape
from shapecalc.net.net import INPUT
from shapecalc.pytorch.tracing.graph import Graph, Unfollowable
from shapecalc.pytorch.tracing.leaves import is_leaf
from shapecalc.pytorch.tracing.reading import read
from shapecalc.pytorch.tracing.recording import Recording
from shapecalc.pytorch.tracing.runs import BATCHES, GROWTH, Attempt, larger, run

#: Parameters that a remark names.
_NAMED = 3


def trace(module: nn.Module, *shapes: Shape) -> Net:
    """The net that a module computes: every function of torch that its ``forward`` calls, and every layer.

    The module runs on torch's meta device, in the mode in which it is (``module.eval()`` leaves out what only training
    does), at the given sizes and at two more, so that a size that follows from the input's is known from one that does
    not. Nodes with weights have the names of the module's ``state_dict``. A function that is no layer here becomes a
    node that was measured: see :class:`shapecalc.layers.opaque.Opaque`.

    Args:
        module: the module; it stays as it is.
        shapes: the shape of each input of ``forward``, without the batch.

    Raises:
        ShapecalcError: the module does not run on such inputs, or what it computes mixes the inputs of a batch.

    Example:
        >>> import shapecalc, torch
        >>> from shapecalc.pytorch import trace
        >>> module = torch.nn.Sequential(torch.nn.Conv2d(3, 8, 3), torch.nn.ReLU(), torch.nn.Flatten())
        >>> net = trace(module, (3, 32, 32))
        >>> net.nodes[0].name, shapecalc.measure(net).output_shape
        ('0', (7200,))
    """
    check_type("module", module, nn.Module, "a module of torch")
    inputs = dict(zip(_input_names(module, len(shapes)), _numbers(shapes), strict=True))
    shapes = tuple(inputs.values())
    first = run(module, shapes, BATCHES[0])
    pairs = zip(BATCHES[1:], GROWTH, strict=True)
    others = [Attempt(module, [larger(shape, growth) for shape in shapes], batch, first) for batch, growth in pairs]
    alike = [attempt.recording for attempt in others if attempt.recording is not None]
    recordings = [first, *alike] if alike else [first, run(module, shapes, BATCHES[1])]
    net, graph = _net(module, inputs, recordings)
    _check_parameters(module, net)
    _check_outputs(net, first)
    is_general = not graph.has_hidden_sizes and all(_agrees(attempt, net, graph) for attempt in others)
    return net if is_general else _guarded(net)


def _agrees(attempt: Attempt, net: Net, graph: Graph) -> bool:
    """Whether net and module agree at another size."""
    if attempt.recording is None:
        return attempt.agrees(net, {})
    place = graph.recordings.index(attempt.recording)
    return attempt.agrees(net, {name: shapes[place] for name, shapes in graph.shapes.items()})


def _numbers(shapes: Sequence[Shape]) -> list[Shape]:
    if not shapes:
        raise ShapecalcError("Give the shape of each input, without the batch, as in trace(module, (3, 224, 224)).")
    for shape in shapes:
        check_shape("shapes", shape)
        if not shape or not all(isinstance(size, int) and size > 0 for size in shape):
            raise ShapecalcError(f"A module runs on numbers of at least 1, but a shape is {shape_text(shape)}.")
    return [tuple(shape) for shape in shapes]


def _input_names(module: nn.Module, count: int) -> list[str]:
    if count == 1:
        return [INPUT]
    names = [*inspect.signature(module.forward).parameters][:count]
    taken = {path for path, _ in module.named_modules()} | {path for path, _ in module.named_parameters()}
    is_usable = len(names) == count and taken.isdisjoint(names)
    return names if is_usable else [f"{INPUT}{number}" for number in range(1, count + 1)]


def _net(module: nn.Module, inputs: dict[str, Shape], recordings: Sequence[Recording]) -> tuple[Net, Graph]:
    graph = Graph(module, recordings, [*inputs])
    for calls in zip(*[recording.calls for recording in recordings], strict=True):
        read(graph, calls)
    name = type(module).__name__
    try:
        outputs = tuple(dict.fromkeys([graph.operand(tensor).node for tensor in recordings[0].outputs]))
    except Unfollowable as reason:
        raise ShapecalcError(f"{name} cannot be a net: {reason}.") from None
    nodes = graph.needed(outputs)
    if not nodes:
        raise ShapecalcError(f"{name} returns what goes in, so it has no layers.")
    net = Net(inputs, nodes, outputs, name)
    unread = sorted({path for path, _ in module.named_parameters()} - {*_tensors(net)})
    return (replace(net, remarks=(_unread(unread),)) if unread else net), graph


def _unread(names: Sequence[str]) -> str:
    listed = ", ".join(names[:_NAMED]) + (f" and {len(names) - _NAMED} more" if len(names) > _NAMED else "")
    return f"the forward of this module does not read {listed}, so the net does not have them"


def _tensors(net: Net) -> dict[str, Shape]:
    """The shape of each parameter by its name in the state of the module."""
    tensors: dict[str, Shape] = {}
    for node, layer, _, _ in walk(net):
        for key, formula, env in layer.tensors():
            shape = formula.at(env)
            if shape is not None and not node.share:
                name = node.name if isinstance(layer, Parameter) else f"{node.name}.{key}"
                if name in tensors:
                    raise ShapecalcError(f"The trace has {name} twice.")
                tensors[name] = shape
    return tensors


def _check_parameters(module: nn.Module, net: Net) -> None:
    """Refuse a net with a parameter that its module has not.

    Raises:
        ShapecalcError: naming it.
    """
    if is_leaf(module):  # a layer by itself, whose node has a name that the module has not
        return
    own = {path: tuple(tensor.shape) for path, tensor in module.named_parameters(remove_duplicate=False)}
    for name, shape in _tensors(net).items():
        if own.get(name) != shape:
            sizes = shape_text(own[name]) if name in own else "nothing"
            raise ShapecalcError(f"The trace has {name} as {shape_text(shape)}, the module as {sizes}.")


def _check_outputs(net: Net, recording: Recording) -> None:
    """Refuse a net whose outputs are not what came out of a run.

    Raises:
        ShapecalcError: the numbers of values differ.
    """
    shapes = {**net.inputs, **{node.name: output for node, _, _, output in walk(net)}}
    counts = {product(shapes[name]) for name in net.outputs}
    expected = {tensor.numel() // recording.batch for tensor in recording.outputs}
    expected |= {tensor.numel() for tensor in recording.outputs}  # what does not depend on the batch
    if not counts <= expected:
        raise ShapecalcError(f"The trace has outputs of {counts} values, the module of {expected}.")


def _guarded(net: Net) -> Net:
    """The net for the traced size alone."""
    names = {name: f"{name}_size" for name in net.inputs}
    guards = [Node(names[name], Traced(shape), (name,)) for name, shape in net.inputs.items()]
    nodes = [node._replace(inputs=tuple([names.get(name, name) for name in node.inputs])) for node in net.nodes]
    sizes = " and ".join(map(shape_text, net.inputs.values()))
    remark = f"at other sizes than {sizes} the module does something else, so the net takes no other"
    return replace(net, nodes=(*guards, *nodes), remarks=(*net.remarks, remark))
