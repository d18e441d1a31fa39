"""The nets that can be trained: those that end in one number for each class of images."""

from __future__ import annotations

from shapecalc.errors import ShapeError, SpecError
from shapecalc.layers import layer_classes, shape_text
from shapecalc.layers.activation import Softmax, Softmax2d, Softmin
from shapecalc.measures import Report, measure
from shapecalc.measures.sizes import walk
from shapecalc.net import Net, Node
from shapecalc.pytorch.training.datasets import LabelledImages


def check_classifier(net: Net, images: LabelledImages) -> Report:
    """The measures of a net for images that it can learn to classify.

    Raises:
        ShapeError: the net is not legal for the shape of the images.
        SpecError: it has several inputs or outputs, does not end in one logit for each class, or has nothing to learn.
    """
    if len(net.inputs) != 1 or len(net.outputs) != 1:
        raise SpecError(
            f"Training takes a net with one input and one output, but this one has {len(net.inputs)} and "
            f"{len(net.outputs)}."
        )
    net = net.with_input(images.shape)
    report = _measure_for(images, net)
    if report.output_shape != (images.classes,):
        ends = f"The net ends in {shape_text(report.output_shape)} but {images.name} has {images.classes} classes"
        raise SpecError(f"{ends}; end it with {_ending(net, images.classes)}.")
    _refuse_softmax(net)
    if not isinstance(report.trainable, int):
        raise SpecError(f"Training needs numbers, but the net's parameters come to {report.trainable}.")
    if report.trainable == 0:
        raise SpecError(f"The net has no trainable parameters; add a layer such as LazyLinear({images.classes}).")
    return report


def _measure_for(images: LabelledImages, net: Net) -> Report:
    try:
        return measure(net)
    except ShapeError as error:
        input_name = next(iter(net.inputs))
        repairs = tuple(phrase for phrase in error.repairs if not phrase.startswith(f"{input_name} "))
        reason = f"{error.reason} The images of {images.name} are {shape_text(images.shape)}."
        raise ShapeError(reason, node=error.node, repairs=repairs) from None


def _ending(net: Net, classes: int) -> str:
    """The fewest layers that turn the net's output into one number for each class; each choice is tried."""
    flatten, linear = layer_classes()["Flatten"](), layer_classes()["Linear"](out_features=classes)
    for layers in ([flatten], [linear], [flatten, linear]):
        nodes: list[Node] = []
        for number, layer in enumerate(layers):
            nodes.append(Node(f"ending-{number}", layer, (nodes[-1].name if nodes else net.outputs[0],)))
        try:
            *_, (_, _, _, output) = walk(Net(net.inputs, (*net.nodes, *nodes)))
        except ShapeError:
            continue
        if output == (classes,):
            break
    return " ".join(map(repr, layers))


def _refuse_softmax(net: Net) -> None:
    """Refuse a softmax at the end: cross entropy applies one itself, and after two of them a net learns slowly.

    A LogSoftmax may stay, because applying it twice changes nothing.
    """
    for node in net.ancestors(net.outputs[0]):
        if isinstance(node.layer, Softmax | Softmax2d | Softmin):
            raise SpecError(
                f"The net ends in {node.layer!r}, but the loss (cross entropy) takes the logits and applies the "
                f"softmax itself; leave {node.name} out, the class with the largest output stays the same."
            )
        if not node.layer.view:
            return
