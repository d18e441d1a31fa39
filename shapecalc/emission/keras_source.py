"""A net as Keras 3 source: functions that make its blocks and the model, with channels first."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from shapecalc.emission.arguments import READ
from shapecalc.emission.forms import value_text
from shapecalc.emission.keras_blocks import KerasBlocks
from shapecalc.emission.keras_body import KerasBody
from shapecalc.emission.keras_calls import list_text
from shapecalc.emission.layout import INDENT, Argument, Brackets, lines
from shapecalc.emission.parts import is_attribute
from shapecalc.emission.scopes import Partition
from shapecalc.emission.shape_comments import Comments
from shapecalc.emission.templates import ALWAYS, Template
from shapecalc.errors import ShapecalcError, SpecError
from shapecalc.layers import Shape
from shapecalc.layers.core.arguments import REQUIRED
from shapecalc.net import Net

#: The line that makes Keras count dimensions as torch does.
_CHANNELS = 'keras.config.set_image_data_format("channels_first")  # (N, C, H, W), as torch'


def keras_source(net: Net, function_name: str) -> str:
    """The network as source for Keras 3: a function for each block that repeats, and one that makes the model.

    Args:
        net: the network, its input shapes known in numbers.
        function_name: the name of the function that makes the model.

    Raises:
        ShapecalcError: Keras lacks a layer, or an argument of it; a size is a letter; two layers would have one name.
        SpecError: the name is none of a function.
    """
    if not is_attribute(function_name):
        raise SpecError(f"{function_name!r} is no name of a function; write letters, digits and _, such as build_net.")
    for name, shape in net.inputs.items():
        if not all(isinstance(size, int) for size in shape):
            raise ShapecalcError(f"Keras needs numbers, but a size of {name} is a letter; give it.")
    partition = Partition(net)
    _check_names(partition)
    blocks = KerasBlocks(partition, function_name)
    functions = [*_helpers(blocks, net)]
    functions += ["\n".join(_function(blocks, template, partition, net)) for template in _functions(blocks)]
    code = "\n\n\n".join(functions)
    imports = "from keras import layers, ops" if "ops." in code else "from keras import layers"
    return f"import keras\n{imports}\n\n{_CHANNELS}\n\n\n{code}\n"


_SHUFFLE = '''\
def channel_shuffle(x, groups):
    """The channels of the groups in turn."""
    channels, height, width = x.shape[1:]
    x = layers.Reshape((groups, channels // groups, height, width))(x)
    x = layers.Permute((2, 1, 3, 4))(x)
    return layers.Reshape((channels, height, width))(x)'''


def _helpers(blocks: KerasBlocks, net: Net) -> Iterator[str]:
    """Functions for what stands in many places."""
    if blocks.norm is not None:
        words = ", ".join([*(f"{word}={value_text(value)}" for word, value in blocks.norm.words.items()), "name=name"])
        yield f"def batch_norm(name):\n{INDENT}return layers.BatchNormalization({words})"
    if any(type(node.layer).__name__ == "ChannelShuffle" for node in net.nodes):
        yield _SHUFFLE


def _functions(blocks: KerasBlocks) -> list[Template]:
    return [template for template in blocks.templates.ordered if template.is_class]


def _function(blocks: KerasBlocks, template: Template, partition: Partition, net: Net) -> Iterator[str]:
    comments = Comments(template, partition.shapes, partition.calls)
    if template is blocks.templates.top:
        inputs = [_input_name(name) for name in net.inputs]
        body = KerasBody(blocks, template, inputs, comments)
        yield f"def {template.name}():"
        for variable, shape in zip(inputs, net.inputs.values(), strict=True):
            yield f"{INDENT}{variable} = keras.Input({_tuple(shape)})"
        yield from body.statements()
        yield f"{INDENT}return keras.Model({list_text(inputs)}, {list_text(body.outputs())})"
        return
    count = len(template.scope.reads)
    inputs = ["x", "y", "z", "u", "v", "w"][:count] if count > 1 else ["x"]
    body = KerasBody(blocks, template, inputs, comments)
    yield from lines(_signature(template, inputs), lead="def ", tail=":")
    yield from body.statements()
    yield f"{INDENT}return {', '.join(body.outputs())}"


def _signature(template: Template, inputs: list[str]) -> Brackets:
    arguments = [Argument(name) for name in inputs]
    for argument in template.arguments:
        if argument.name == READ:
            continue
        default = "" if argument.default in {REQUIRED, ALWAYS} else f"={value_text(argument.default)}"
        arguments.append(Argument(f"{argument.name}{default}"))
    return Brackets(f"{template.name}(", [*arguments, Argument("*"), Argument("name")], ")")


def _check_names(partition: Partition) -> None:
    """Refuse names of layers that are one name where Keras takes no dots."""
    names = [leaf.node.name for leaf in partition.leaves if leaf.is_weighted]
    counts = Counter(re.sub(r"\W", "_", name) for name in names)
    twice = [name for name in names if counts[re.sub(r"\W", "_", name)] > 1]
    if twice:
        raise ShapecalcError(f"For Keras, {' and '.join(twice[:2])} have one name; rename one of the nodes.")


def _input_name(name: str) -> str:
    """An input as a variable."""
    name = "inputs" if name == "input" else re.sub(r"\W", "_", name)
    return name if is_attribute(name) else f"x_{name}"


def _tuple(shape: Shape) -> str:
    return f"({', '.join(map(str, shape))}{',' * (len(shape) == 1)})"
