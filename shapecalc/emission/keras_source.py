"""A net as Keras 3 source: a function that makes the model, layer by layer, with channels first."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from shapecalc.emission.forms import is_default_name
from shapecalc.emission.keras_arguments import Call
from shapecalc.emission.keras_layers import keras_layer_calls
from shapecalc.emission.layout import INDENT, WIDTH, Argument, Brackets, lines, structured
from shapecalc.emission.parts import LayerPart, is_attribute
from shapecalc.emission.scopes import Partition
from shapecalc.errors import ShapecalcError, SpecError
from shapecalc.layers import Shape
from shapecalc.net import Net

#: The line that makes Keras count dimensions as torch does.
_CHANNELS = 'keras.config.set_image_data_format("channels_first")  # (N, C, H, W), as torch'
#: Layers that give no number below 0.
_POSITIVE = frozenset({"ReLU", "ReLU6", "Sigmoid", "Softplus", "Hardsigmoid", "Softmax"})
_VARIABLES = ("x", "y", "z", "u", "v", "w")


def keras_source(net: Net, function_name: str) -> str:
    """The network as source for Keras 3.

    Args:
        net: the network, its input shapes known in numbers.
        function_name: the name of the function that makes the model.

    Raises:
        ShapecalcError: Keras lacks a layer, or an argument of it; a size is a letter.
        SpecError: the name is none of a function.
    """
    if not is_attribute(function_name):
        raise SpecError(f"{function_name!r} is no name of a function; write letters, digits and _, such as build_net.")
    for name, shape in net.inputs.items():
        if not all(isinstance(size, int) for size in shape):
            raise ShapecalcError(f"Keras needs numbers, but a size of {name} is a letter; give it.")
    body = [*_ModelFunction(net).statements()]
    code = "\n".join(body)
    imports = "from keras import layers, ops" if "ops." in code else "from keras import layers"
    return "\n".join(["import keras", imports, "", _CHANNELS, "", "", f"def {function_name}():", *body, ""])


class _ModelFunction:
    """The statements of the function."""

    def __init__(self, net: Net) -> None:
        self.net = net
        self.partition = Partition(net)
        self.variables: dict[str, str] = {}
        self.owners = {leaf.node.share for leaf in self.partition.leaves if leaf.node.share}
        self._last_reads = self.partition.last_reads

    def statements(self) -> Iterator[str]:
        """The lines of the body."""
        inputs = [name if name != "input" else "inputs" for name in self.net.inputs]
        inputs = [
            re.sub(r"\W", "_", name) if is_attribute(re.sub(r"\W", "_", name)) else f"x_{name}" for name in inputs
        ]
        self.variables = dict(zip(self.net.inputs, inputs, strict=True))
        for variable, shape in zip(inputs, self.net.inputs.values(), strict=True):
            yield f"{INDENT}{variable} = keras.Input({_tuple(shape)})"
        for leaf in self.partition.leaves:
            if len(leaf.writes) > 1 or leaf.layer.reads_indices:
                raise ShapecalcError(f"{leaf.layer!r} cannot be written for Keras: it has no indices of a pooling.")
            yield from self._layer(leaf)
        outputs = [self.variables[name] for name in self.net.outputs]
        result = outputs[0] if len(outputs) == 1 else f"[{', '.join(outputs)}]"
        source = inputs[0] if len(inputs) == 1 else f"[{', '.join(inputs)}]"
        yield f"{INDENT}return keras.Model({source}, {result})"

    def _layer(self, leaf: LayerPart) -> Iterator[str]:
        reads = [self.variables[value] for value in leaf.reads]
        if leaf.node.share and self._owner(leaf).layer != leaf.layer:
            raise ShapecalcError(f"{leaf.layer!r} cannot be written for Keras: it has the weights of another layer.")
        calls = [("", ())] if leaf.node.share else self._calls(leaf)
        target = self._variable(leaf)
        for number, call in enumerate(calls, 1):
            name, arguments = call
            source = reads if number == 1 else [target]
            is_last = number == len(calls)
            is_shown = is_last and leaf.shape != leaf.inputs[0]
            comment = f"(N, {', '.join(map(str, leaf.shape))})" if is_shown else ""
            label = _label(leaf) if is_last and leaf.is_weighted else ""
            if label and leaf.node.name in self.owners:
                made = Brackets(f"{name}(", [*map(Argument, (*arguments, f'name="{label}"'))], ")")
                yield from lines(made, lead=f"{label} = ", margin=INDENT)
                name, arguments, label = label, (), ""
            owner = _label(self._owner(leaf)) if leaf.node.share else ""
            text = _applied((owner or name, arguments), source, label, is_made=bool(owner) or name == _label(leaf))
            value = text if len(text) < WIDTH // 2 else structured(text)
            yield from lines(value, lead=f"{target} = ", margin=INDENT, comment=comment)
        self.variables = {key: name for key, name in self.variables.items() if name != target}
        self.variables[leaf.writes[0]] = target

    def _calls(self, leaf: LayerPart) -> list[Call]:
        before = self.partition.written.get(leaf.reads[0]) if leaf.reads else None
        source = "" if before is None else type(self.partition.leaves[before].layer).__name__
        return keras_layer_calls(leaf.layer, leaf.inputs, leaf.shape, is_positive=source in _POSITIVE)

    def _owner(self, leaf: LayerPart) -> LayerPart:
        return next(other for other in self.partition.leaves if other.node.name == leaf.node.share)

    def _variable(self, leaf: LayerPart) -> str:
        """A variable that no value has which is still read, nor an input."""
        live = {
            name
            for value, name in self.variables.items()
            if value in self.net.inputs or self._last_reads.get(value, -1) > leaf.position
        }
        number = 2
        for name in _VARIABLES:
            if name not in live:
                return name
        while f"x{number}" in live:
            number += 1
        return f"x{number}"


def _label(leaf: LayerPart) -> str:
    name = re.sub(r"\W", "_", leaf.node.name)
    return name if is_attribute(name) or not is_default_name(leaf) else f"layer_{name}"


def _applied(call: Call, reads: Sequence[str], label: str, *, is_made: bool) -> str:
    """A call of a layer or a function of Keras."""
    name, arguments = call
    source = reads[0] if len(reads) == 1 else f"[{', '.join(reads)}]"
    if is_made:
        return f"{name}({source})"
    if name.startswith("ops."):
        return f"{name}({', '.join([source, *arguments])})"
    if name == "layers.MultiHeadAttention":
        source = f"{reads[0]}, {reads[0]}"
    words = [*arguments, *([f'name="{label}"'] if label else [])]
    return f"{name}({', '.join(words)})({source})"


def _tuple(shape: Shape) -> str:
    return f"({', '.join(map(str, shape))}{',' * (len(shape) == 1)})"
