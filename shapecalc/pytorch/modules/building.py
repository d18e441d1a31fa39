"""A net as a torch module."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, final

import torch
from torch import Tensor, nn

from shapecalc.algebra import Int
from shapecalc.errors import ShapecalcError
from shapecalc.layers import Layer, Shape, shape_text
from shapecalc.layers.linear import Embedding, EmbeddingBag
from shapecalc.layers.pool import MaxPool, MaxUnpool
from shapecalc.measures.sizes import walk
from shapecalc.net import Net, Node
from shapecalc.pytorch.modules.layers import call, module_of


def build(net: Net, *, device: str | torch.device = "cpu") -> NetModule:
    """The net as a module that runs and trains.

    It takes the net's inputs in order, each with a batch dimension first, and returns its output, or a tuple of them
    where it has several. Submodules are named after nodes (a dot in a name nests them, as in torch); nodes that share
    weights share a module.

    Args:
        net: the network, its shapes known in numbers.
        device: where the weights are put; on "meta" nothing is allocated at all.

    Raises:
        ShapeError: a layer refuses what reaches it.
        ShapecalcError: a size is a letter, or a max unpooling has no max pooling to undo.

    Example:
        >>> import shapecalc, torch
        >>> from shapecalc.pytorch import build
        >>> net = shapecalc.parse("Conv2d(3, 10, 3) MaxPool2d(4)", input_shape=(3, 130, 130))
        >>> tuple(build(net)(torch.zeros(2, 3, 130, 130)).shape)
        (2, 10, 32, 32)
    """
    with torch.device(device):
        return NetModule(net)


@final
class NetModule(nn.Module):
    """A net as a module; made by :func:`build`."""

    def __init__(self, net: Net) -> None:
        super().__init__()
        self.net = net
        _refuse_letters(net)
        walked = walk(net)
        self._unpools = _pairs(net, walked)
        self._layers: dict[str, Layer] = {}
        self._homes: dict[str, str] = {}
        for node in net.nodes:
            self._homes[node.name] = self._homes[node.share] if node.share else node.name
        pools = {self._homes[name] for name in self._unpools.values()}
        for node, layer, _, _ in walked:
            self._layers[node.name] = layer
            if not node.share:
                self._place(node, module_of(layer, indices=node.name in pools))
            elif layer != self._layers[node.share]:
                raise ShapecalcError(
                    f"{node.name} cannot share the weights of {node.share}: it would be {layer!r} there and "
                    f"{self._layers[node.share]!r} here, by what reaches them."
                )
        self._last = {read: node.name for node in net.nodes for read in node.inputs}

    def _place(self, node: Node, module: nn.Module) -> None:
        module.requires_grad_(node.trainable)
        *path, name = node.name.split(".")
        parent: nn.Module = self
        for part in path:
            if part not in dict(parent.named_children()):
                parent.add_module(part, nn.Module())
            parent = parent.get_submodule(part)
        if not name or hasattr(parent, name):  # an attribute of torch's, or the parent of parts called NAME.x
            raise ShapecalcError(f"A torch module cannot have a part called {node.name}; rename the node.")
        parent.add_module(name, module)

    def forward(self, *inputs: Tensor) -> Tensor | tuple[Tensor, ...]:
        """The net's output for its inputs in order; a tuple where it has several."""
        kept = {name: value for name, value in self.values(*inputs) if name in self.net.outputs}
        kept |= {name: value for name, value in zip(self.net.inputs, inputs, strict=True) if name in self.net.outputs}
        found = tuple(kept[name] for name in self.net.outputs)
        return found[0] if len(found) == 1 else found

    def part(self, name: str) -> nn.Module:
        """The submodule that a node runs: its own, or the one whose weights it shares."""
        return self.get_submodule(self._homes[name])

    def values(self, *inputs: Tensor) -> Iterator[tuple[str, Tensor]]:
        """Each node's name with its output, in order, as they come into being."""
        if len(inputs) != len(self.net.inputs):
            raise ShapecalcError(f"The network takes {len(self.net.inputs)} inputs but got {len(inputs)}.")
        known: dict[str, Tensor] = dict(zip(self.net.inputs, inputs, strict=True))
        besides: dict[str, tuple[Tensor, ...]] = {}
        for node in self.net.nodes:
            reads = tuple(known[read] for read in node.inputs)
            if node.name in self._unpools:
                reads += besides.pop(self._unpools[node.name])[:1]
            module = self.part(node.name)
            known[node.name], *more = call(self._layers[node.name], module, reads)
            if node.name in self._unpools.values():
                besides[node.name] = tuple(more)
            yield node.name, known[node.name]
            for read in set(node.inputs):
                if self._last[read] == node.name:
                    del known[read]  # nothing reads it any more


def example_inputs(net: Net, batch: int = 2, *, device: str | torch.device = "cpu") -> tuple[Tensor, ...]:
    """Inputs of the right shape and number type for a net: random numbers, or indices where an embedding reads them.

    Raises:
        ShapecalcError: a size is a letter.
    """
    rows = _index_inputs(net)
    shapes = {name: (batch, *map(_number, sizes)) for name, sizes in net.inputs.items()}
    return tuple(
        torch.randint(rows[name], shape, device=device) if name in rows else torch.randn(shape, device=device)
        for name, shape in shapes.items()
    )


def _number(size: Int) -> int:
    if not isinstance(size, int):
        raise ShapecalcError(f"A module needs numbers, but a size is {size}; give it.")
    return size


def _index_inputs(net: Net) -> dict[str, Any]:
    """The inputs that an embedding reads, directly or through layers that only move values, with its rows."""
    rows: dict[str, Any] = {}
    for node in reversed(net.nodes):
        if isinstance(node.layer, Embedding | EmbeddingBag):
            rows[node.inputs[0]] = min(node.layer.num_embeddings, rows.get(node.inputs[0], node.layer.num_embeddings))
        elif node.layer.view and node.name in rows:
            rows[node.inputs[0]] = rows[node.name]
    return {name: count for name, count in rows.items() if name in net.inputs}


def _refuse_letters(net: Net) -> None:
    for name, sizes in net.inputs.items():
        if not all(isinstance(size, int) for size in sizes):
            raise ShapecalcError(f"A module needs numbers, but {name} is {shape_text(sizes)}; give its sizes.")


def _pairs(net: Net, walked: list[tuple[Node, Layer, tuple[Shape, ...], Shape]]) -> dict[str, str]:
    """Each max unpooling with the max pooling that it undoes: the nearest before it that none has undone yet."""
    shapes = {node.name: (inputs[0], output) for node, _, inputs, output in walked}
    pairs: dict[str, str] = {}
    for node in net.nodes:
        if not isinstance(node.layer, MaxUnpool):
            continue
        undone = set(pairs.values())
        pool = next((one.name for one in net.ancestors(node.name) if _undoes(node, one) and one.name not in undone), "")
        if not pool:
            raise ShapecalcError(
                f"{node.name}: {node.layer!r} puts values back where a MaxPool{node.layer.rank}d took them from, "
                "but none comes before it that is not undone yet."
            )
        if shapes[pool] != shapes[node.name][::-1]:
            raise ShapecalcError(
                f"{node.name} undoes {pool}, so it must turn {shape_text(shapes[pool][1])} into "
                f"{shape_text(shapes[pool][0])}, but it turns {shape_text(shapes[node.name][0])} into "
                f"{shape_text(shapes[node.name][1])}."
            )
        pairs[node.name] = pool
    return pairs


def _undoes(unpool: Node, pool: Node) -> bool:
    return isinstance(pool.layer, MaxPool) and pool.layer.rank == unpool.layer.rank
