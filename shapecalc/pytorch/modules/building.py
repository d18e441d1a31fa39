"""A net as a torch module."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, final

import torch
from torch import Tensor, nn

from shapecalc.algebra import Int, names_in
from shapecalc.errors import ShapecalcError, check_type
from shapecalc.layers import Layer, shape_text
from shapecalc.layers.linear import Embedding, EmbeddingBag
from shapecalc.layers.parameter import Parameter
from shapecalc.measures.sizes import walk
from shapecalc.measures.unpooling import Unpooling
from shapecalc.net import Net, Node
from shapecalc.net.arguments import check_computes, check_net
from shapecalc.pytorch.bounds import check_memory
from shapecalc.pytorch.modules.functions import STRETCHING
from shapecalc.pytorch.modules.layers import call, module_of
from shapecalc.pytorch.modules.parameters import FreeParameter
from shapecalc.pytorch.modules.refusals import one_line_refusals


def build(net: Net, *, device: str | torch.device = "cpu") -> NetModule:
    """The net as a module that runs and trains.

    It takes the inputs of the net in order, each with a batch dimension first, and returns its output, or a tuple of
    several outputs. Submodules are named after nodes (a dot in a name nests them, as in torch); nodes that share
    weights share a module.

    Args:
        net: the network, its shapes known in numbers.
        device: the device of the weights; on "meta", nothing is allocated.

    Raises:
        ShapeError: a layer refuses its inputs.
        ShapecalcError: a size is a letter, torch refuses a size, or the weights are larger than the device's memory.

    Example:
        >>> import shapecalc, torch
        >>> from shapecalc.pytorch import build
        >>> net = shapecalc.parse("Conv2d(3, 10, 3) MaxPool2d(4)", input_shape=(3, 130, 130))
        >>> tuple(build(net)(torch.zeros(2, 3, 130, 130)).shape)
        (2, 10, 32, 32)
    """
    check_net(net)
    check_memory(net, torch.device(device))
    with torch.device(device), one_line_refusals("build"):
        return NetModule(net)


@final
class NetModule(nn.Module):
    """A net as a module; made by :func:`build`."""

    def __init__(self, net: Net) -> None:
        super().__init__()
        self.net = net
        check_computes(net, "built")
        _refuse_letters(net)
        walked = walk(net)
        for node, layer, _, _ in walked:
            _refuse_lettered(node, layer)
        self._unpools = Unpooling(net).pairs
        self._layers: dict[str, Layer] = {}
        self._owners: dict[str, str] = {}
        #: the modules of layers that have the weights of a layer of another kind
        self._tied: dict[str, nn.Module] = {}
        for node in net.nodes:
            self._owners[node.name] = self._owners[node.share] if node.share else node.name
        pools = {self._owners[name] for name in self._unpools.values()}
        for node, layer, _, _ in walked:
            self._layers[node.name] = layer
            if not node.share:
                self._add_part(node, module_of(layer, indices=node.name in pools))
            elif type(layer) is not type(self._layers[node.share]) or node.layer != net[node.share].layer:
                with torch.device("meta"):  # its tensors are those of the other layer
                    self._tied[node.name] = module_of(layer)
            elif layer != self._layers[node.share]:
                raise ShapecalcError(
                    f"{node.name} cannot share the weights of {node.share}: it would be {layer!r} there and "
                    f"{self._layers[node.share]!r} here, by what reaches them."
                )
        self._last_reader = {name: node.name for node in net.nodes for name in node.inputs}

    def _add_part(self, node: Node, module: nn.Module) -> None:
        module.requires_grad_(node.trainable)
        *path, name = node.name.split(".")
        parent: nn.Module = self
        for part in path:
            if part not in dict(parent.named_children()):
                _check_name(parent, part, node)
                parent.add_module(part, nn.Module())
            parent = parent.get_submodule(part)
        _check_name(parent, name, node)
        if isinstance(module, FreeParameter):
            parent.register_parameter(name, module.value)
        else:
            parent.add_module(name, module)

    def forward(self, *inputs: Tensor) -> Tensor | tuple[Tensor, ...]:
        """The output of the net for its inputs in order; a tuple of several outputs."""
        values = {name: value for name, value in self.values(*inputs) if name in self.net.outputs}
        values |= {name: value for name, value in zip(self.net.inputs, inputs, strict=True) if name in self.net.outputs}
        outputs = tuple(values[name] for name in self.net.outputs)
        return outputs[0] if len(outputs) == 1 else outputs

    def part(self, name: str) -> nn.Module:
        """The submodule of a node, which it may share with other nodes."""
        layer, owner = self._layers[name], self._owners[name]
        if isinstance(layer, Parameter):  # torch has the tensor itself under the node's name
            return FreeParameter(layer, self.get_parameter(owner))
        part = self.get_submodule(owner)
        return _tie(self._tied[name], part) if name in self._tied else part

    def _reads(self, node: Node, values: dict[str, Tensor]) -> tuple[Tensor, ...]:
        """What a node reads; a learned tensor that it stretches itself without the batch, as in a program.

        torch then sums its gradient once, over the batch and all else.
        """
        free = {name for name in node.inputs if isinstance(self._layers.get(name), Parameter)}
        stretches = isinstance(self._layers[node.name], STRETCHING) and not free.issuperset(node.inputs)
        return tuple(self.part(name)() if stretches and name in free else values[name] for name in node.inputs)

    def values(self, *inputs: Tensor) -> Iterator[tuple[str, Tensor]]:
        """The name and the output of each node, in order, as they are computed."""
        if len(inputs) != len(self.net.inputs):
            raise ShapecalcError(f"The network takes {len(self.net.inputs)} inputs but got {len(inputs)}.")
        values: dict[str, Tensor] = dict(zip(self.net.inputs, inputs, strict=True))
        indices: dict[str, tuple[Tensor, ...]] = {}
        for node in self.net.nodes:
            reads = self._reads(node, values) or inputs[:1]
            if node.name in self._unpools:
                reads += indices.pop(self._unpools[node.name])[:1]
            values[node.name], *extras = call(self._layers[node.name], self.part(node.name), reads)
            if node.name in self._unpools.values():
                indices[node.name] = tuple(extras)
            yield node.name, values[node.name]
            for name in set(node.inputs):
                if self._last_reader[name] == node.name:
                    del values[name]  # no later node reads it


def _tie(module: nn.Module, owner: nn.Module) -> nn.Module:
    """A module with the weights of another, which are found under the other's name alone."""
    for path, parameter in owner.named_parameters():
        parent, _, name = path.rpartition(".")
        setattr(module.get_submodule(parent), name, parameter)
    return module.train(owner.training)


def _check_name(parent: nn.Module, name: str, node: Node) -> None:
    if not name or hasattr(parent, name):  # an attribute of torch's, or the parent of NAME.x
        raise ShapecalcError(f"A torch module cannot have a part called {node.name}; rename the node.")


def example_inputs(net: Net, batch: int = 2, *, device: str | torch.device = "cpu") -> tuple[Tensor, ...]:
    """Inputs for a net with the right shapes and number types: random numbers, or indices for an embedding.

    Raises:
        ShapecalcError: a size is a letter, or torch refuses it.
    """
    check_net(net)
    check_type("batch", batch, int, "a whole number")
    if batch < 1:
        raise ShapecalcError(f"The batch must be at least 1, not {batch}.")
    rows = _index_inputs(net)
    shapes = {name: (batch, *map(_number, sizes)) for name, sizes in net.inputs.items()}
    with one_line_refusals("run"):
        return tuple(
            torch.randint(rows[name], shape, device=device) if name in rows else torch.randn(shape, device=device)
            for name, shape in shapes.items()
        )


def _number(size: Int) -> int:
    if not isinstance(size, int):
        raise ShapecalcError(f"A module needs numbers, but a size is {size}; give it.")
    return size


def _index_inputs(net: Net) -> dict[str, Any]:
    """The inputs that an embedding reads, directly or through layers that only move values, with its number of rows."""
    rows: dict[str, Any] = {}
    for node in reversed(net.nodes):
        if isinstance(node.layer, Embedding | EmbeddingBag):
            rows[node.inputs[0]] = min(node.layer.num_embeddings, rows.get(node.inputs[0], node.layer.num_embeddings))
        elif node.layer.view and node.name in rows:
            rows[node.inputs[0]] = rows[node.name]
    return {name: count for name, count in rows.items() if name in net.inputs}


def _refuse_lettered(node: Node, layer: Layer) -> None:
    names = sorted(map(str, names_in(tuple(layer.values.values()))))
    if names:
        raise ShapecalcError(f"A module needs numbers, but {node.name} is {layer!r}; give {', '.join(names)} a number.")


def _refuse_letters(net: Net) -> None:
    for name, sizes in net.inputs.items():
        if not all(isinstance(size, int) for size in sizes):
            raise ShapecalcError(f"A module needs numbers, but {name} is {shape_text(sizes)}; give its sizes.")
