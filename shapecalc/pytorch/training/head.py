"""The nets that can be trained on some samples: those whose first output is what the samples' goal asks for."""

from __future__ import annotations

from shapecalc.catalogue.planning import measure_for
from shapecalc.errors import ShapecalcError, ShapeError, SpecError
from shapecalc.layers import Layer, layer_classes, shape_text
from shapecalc.layers.activation import LogSoftmax, Sigmoid, Softmax, Softmax2d, Softmin
from shapecalc.measures import Report
from shapecalc.measures.sizes import walk
from shapecalc.net import Net, Node
from shapecalc.pytorch.training.adapting import adapt_net, output_shapes
from shapecalc.pytorch.training.samples.labelled import Goal, Samples

_SOFTMAXES = (Softmax, Softmax2d, Softmin, Sigmoid)
#: The last layers that a loss does not go with, and how its sentence ends. A LogSoftmax may stay before cross entropy,
#: because applying it twice changes nothing.
_CLASHES: dict[Goal, tuple[tuple[type[Layer], ...], str]] = {
    Goal.CLASS: (
        _SOFTMAXES,
        (
            "the loss (cross entropy) takes the logits and applies the softmax itself; leave {node} out, the class "
            "with the largest output stays the same."
        ),
    ),
    Goal.LABELS: (
        (*_SOFTMAXES, LogSoftmax),
        (
            "the loss (binary cross entropy for each label) takes the logits and applies the sigmoid itself; leave "
            "{node} out."
        ),
    ),
    Goal.VALUES: ((), ""),
}


def check_net_for(net: Net, samples: Samples, *, own_shape: bool = False) -> Report:
    """The measures of a net for samples that it can learn from.

    Args:
        net: the network.
        samples: the data set.
        own_shape: whether the samples get the shape of the net's input, rather than the input that of the samples.

    Raises:
        ShapeError: the net is not legal for the shape of the samples.
        SpecError: it has several inputs, does not end in what the samples ask for, or has nothing to learn.
    """
    if len(net.inputs) != 1:
        raise SpecError(f"Training takes a net with one input, but this one has {len(net.inputs)}.")
    original = None if own_shape else net
    if not own_shape:
        net = net.with_input(samples.shape)
    report = _measure_for(samples, net, original)
    for name, shape in zip(net.outputs, output_shapes(net), strict=True):
        if shape != samples.output_shape:
            what = f"The net ends in {shape_text(shape)}" if len(net.outputs) == 1 else f"{name} is {shape_text(shape)}"
            ending = f"end it with {_ending(net, name, samples)}"
            raise SpecError(f"{what} but {samples.facts().wanted()}; {ending}{_or_adapt(original, samples)}.")
        _refuse_clash(net, name, samples.goal)
    if not isinstance(report.trainable, int):
        raise SpecError(f"Training needs numbers, but the net's parameters come to {report.trainable}.")
    if report.trainable == 0:
        raise SpecError(f"The net has no trainable parameters; add a layer such as {_linear(samples)!r}.")
    return report


def _measure_for(samples: Samples, net: Net, original: Net | None) -> Report:
    try:
        return measure_for(samples.facts(), net)
    except ShapeError as error:
        offer = _adapting_offer(original, samples)
        if not offer:
            raise
        raise ShapeError(error.reason, node=error.node, repairs=(*error.repairs, offer)) from None


def _adapting_offer(net: Net | None, samples: Samples) -> str:
    """What ``--adapt`` would do to a net and samples that do not fit; "" where that would not help either."""
    if net is None:
        return ""
    try:
        adapted = adapt_net(net, samples)
        check_net_for(adapted.net, samples, own_shape=True)
    except ShapecalcError:
        return ""
    (shape,) = adapted.net.inputs.values()
    changes = [f"{head} gets {adapted.width} outputs" for head in sorted(adapted.heads)]
    if shape != samples.shape:
        changes.append(f"the samples become {shape_text(shape)}")
    return f"--adapt ({', '.join(changes)})" if changes else ""


def _or_adapt(net: Net | None, samples: Samples) -> str:
    offer = _adapting_offer(net, samples)
    return f", or try {offer}" if offer else ""


def _linear(samples: Samples) -> Layer:
    size = samples.output_shape[-1] if samples.output_shape else 1
    return layer_classes()["Linear"](out_features=size)


def _ending(net: Net, name: str, samples: Samples) -> str:
    """The fewest layers that turn an output into what the samples ask for; each choice is tried."""
    flatten, linear = layer_classes()["Flatten"](), _linear(samples)
    for layers in ([flatten], [linear], [flatten, linear]):
        nodes: list[Node] = []
        for number, layer in enumerate(layers):
            nodes.append(Node(f"ending-{number}", layer, (nodes[-1].name if nodes else name,)))
        try:
            *_, (_, _, _, output) = walk(Net(net.inputs, (*net.nodes, *nodes)))
        except ShapeError:
            continue
        if output == samples.output_shape:
            break
    return " ".join(map(repr, layers))


def _refuse_clash(net: Net, output: str, goal: Goal) -> None:
    """Refuse a last layer that the loss applies itself: after two of them a net learns slowly."""
    classes, sentence = _CLASHES[goal]
    for node in net.ancestors(output):
        if isinstance(node.layer, classes):
            raise SpecError(f"The net ends in {node.layer!r}, but {sentence.format(node=node.name)}")
        if not node.layer.view:
            return
