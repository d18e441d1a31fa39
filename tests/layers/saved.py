"""The oracle of memory: what torch's autograd keeps for the way back, read from its hooks on the CPU."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor


class _SavedTensor:
    """A saved tensor; it dies with the graph's node that saved it."""

    def __init__(self, tensor: Tensor) -> None:
        self.tensor = tensor


@dataclass(frozen=True)
class Storage:
    """One memory that autograd keeps, and how one of the tensors in it looks."""

    shape: tuple[int, ...]
    dtype: str
    nbytes: int


def saved_storages(run: Callable[[], Any], own: Iterable[Tensor]) -> dict[int, Storage]:
    """The distinct storages that autograd keeps after a run, by their address; without those of ``own`` tensors.

    Args:
        run: the forward pass; what it returns lives until the storages are counted.
        own: parameters and buffers.
    """
    alive: weakref.WeakSet[_SavedTensor] = weakref.WeakSet()

    def pack(tensor: Tensor) -> _SavedTensor:
        box = _SavedTensor(tensor.detach())  # an output would keep its own node alive
        alive.add(box)
        return box

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda box: box.tensor):
        result = run()
    excluded = {tensor.untyped_storage().data_ptr() for tensor in own}
    storages: dict[int, Storage] = {}
    for box in alive:
        storage = box.tensor.untyped_storage()
        if storage.nbytes() and storage.data_ptr() not in excluded:
            storages[storage.data_ptr()] = Storage(tuple(box.tensor.shape), str(box.tensor.dtype), storage.nbytes())
    del result
    return storages


def saved_bytes(run: Callable[[], Any], own: Iterable[Tensor]) -> int:
    """The bytes of :func:`saved_storages`."""
    return sum(storage.nbytes for storage in saved_storages(run, own).values())
