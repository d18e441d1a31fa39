"""What torch's autograd saves at each node of a net in training, read from its hooks on the meta device."""

from __future__ import annotations

import weakref
from collections.abc import Iterable, Iterator
from typing import final

import torch
from torch import Tensor, nn

from shapecalc.net import Net
from shapecalc.pytorch.modules.building import build, example_inputs
from shapecalc.pytorch.modules.refusals import REFUSALS
from shapecalc.pytorch.operators import Operators

#: Operators that save other tensors on the meta device than on the CPU.
_OTHER_ON_META = frozenset({"aten::_embedding_bag"})


@final
class _PackedTensor:
    """A saved tensor; it dies with the graph's node that saved it."""

    def __init__(self, tensor: Tensor, node: str) -> None:
        self.tensor = tensor
        self.node = node


def saved_by_torch(net: Net, batch: int) -> dict[str, int]:
    """The bytes that each node is the first to save, weights and buffers apart.

    A node is missing where the meta device cannot say: what it saves there is something else, or training needs the
    numbers that meta lacks, at this node or before it.

    Args:
        net: its shapes known in numbers.
        batch: how many inputs are computed at a time.
    """
    module = build(net, device="meta").train()
    _adapt_to_meta(module)
    saved: list[weakref.ref[_PackedTensor]] = []
    node = ""

    def pack(tensor: Tensor) -> _PackedTensor:
        box = _PackedTensor(tensor.detach(), node)  # an output would keep its own node of the graph alive
        saved.append(weakref.ref(box))
        return box

    counted: dict[str, int] = {}
    outputs: list[Tensor] = []  # what an output needs stays alive
    steps = module.values(*example_inputs(net, batch, device="meta"))
    with torch.autograd.graph.saved_tensors_hooks(pack, _unpack), Operators() as operators:
        for node in [step.name for step in net.nodes]:
            operators.names.clear()
            try:
                _, value = next(steps)
            except REFUSALS:
                return {}  # the graph of no output is whole
            if operators.names.isdisjoint(_OTHER_ON_META):
                counted[node] = 0
            if node in net.outputs:
                outputs.append(value)
            del value
    del steps  # it holds values that nothing reads
    for box in _first_of_each_memory(saved, [*module.parameters(), *module.buffers()]):
        if box.node in counted:
            counted[box.node] += box.tensor.untyped_storage().nbytes()
    return counted


def _unpack(box: _PackedTensor) -> Tensor:
    return box.tensor


def _adapt_to_meta(module: nn.Module) -> None:
    """Let training do on the meta device what it does on the CPU."""
    for part in module.modules():
        if isinstance(part, nn.modules.batchnorm._NormBase) and part.momentum is None:  # noqa: SLF001  the base of all
            part.momentum = 0.1  # the mean over all batches would take their number, which meta lacks
        if isinstance(part, nn.ChannelShuffle):  # a single group gives the memory that went in, on meta alone
            part.register_forward_hook(lambda _module, _inputs, output: output.clone())


def _first_of_each_memory(
    saved: Iterable[weakref.ref[_PackedTensor]], own: Iterable[Tensor]
) -> Iterator[_PackedTensor]:
    """The first tensor in each memory that is alive; memories of the meta device have no address, but an object."""
    memories = {tensor.untyped_storage()._cdata for tensor in own}  # noqa: SLF001  there is no other way to it
    for reference in saved:
        box = reference()
        if box is None:
            continue
        memory = box.tensor.untyped_storage()._cdata  # noqa: SLF001  there is no other way to it
        if memory not in memories:
            memories.add(memory)
            yield box
