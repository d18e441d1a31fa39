"""The layers that torch.nn lacks, written a second time, for the oracle: from the papers, with torch's operators."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional


class Squash(nn.Module):
    """Equation 1 of Sabour, Frosst and Hinton (2017)."""

    def forward(self, s: Tensor) -> Tensor:
        square = s.square().sum(1, keepdim=True)
        return square / (1 + square) * (s / square.sqrt())


class Capsules(nn.Module):
    """Their procedure 1, one upper capsule after the other."""

    def __init__(self, in_capsules: int, in_dim: int, out_capsules: int, out_dim: int, num_iterations: int = 3) -> None:
        super().__init__()
        if out_dim < 1:
            raise ValueError("A capsule needs a vector.")
        self.weight = nn.Parameter(torch.ones(in_capsules, out_capsules, out_dim, in_dim))
        self.num_iterations = num_iterations

    def forward(self, u: Tensor) -> Tensor:
        votes = [torch.bmm(w, u.permute(2, 1, 0)).permute(2, 0, 1) for w in self.weight.unbind(1)]
        b = u.new_zeros(len(u), self.weight.shape[0], len(votes))
        v: list[Tensor] = []
        for turn in range(self.num_iterations):
            c = torch.softmax(b, 2)
            v = [Squash()(torch.bmm(vote.mT, c[..., j : j + 1])) for j, vote in enumerate(votes)]
            if turn < self.num_iterations - 1:
                b = b + torch.cat([torch.bmm(vote, v[j]) for j, vote in enumerate(votes)], 2)
        return torch.cat(v, 2)


class CapsuleLength(nn.Module):
    """The length of each vector."""

    def forward(self, v: Tensor) -> Tensor:
        return v.square().sum(1).sqrt()


class CapsuleMask(nn.Module):
    """All but the longest vector set to 0."""

    def forward(self, v: Tensor) -> Tensor:
        _, _, capsules = v.shape
        return v * functional.one_hot(v.square().sum(1).argmax(1), capsules).unsqueeze(1)


class Sized(nn.Module):
    """To a size, or to that of a second input."""

    def __init__(self, **arguments: Any) -> None:
        super().__init__()
        self.size = arguments.pop("size", None)
        self.rest = arguments

    def forward(self, value: Tensor, *others: Tensor) -> Tensor:
        axes = value.dim() - 2
        if axes < 1:
            raise ValueError("No map.")
        given = (self.size,) * axes if isinstance(self.size, int) else self.size
        wanted = [size for size in (given, *(other.shape[2:] for other in others)) if size is not None]
        if any(tuple(size) != tuple(wanted[0]) for size in wanted):
            raise ValueError("Two sizes.")
        return self.fit(value, tuple(wanted[0]))

    def fit(self, value: Tensor, size: tuple[int, ...]) -> Tensor:
        raise NotImplementedError


class Crop(Sized):
    """So many positions from the offset on; without one, as many left out before as after, or one fewer."""

    def fit(self, value: Tensor, size: tuple[int, ...]) -> Tensor:
        offset = self.rest.get("offset")
        offsets = offset if isinstance(offset, tuple) else (offset,) * len(size)
        for axis, (start, count, there) in enumerate(zip(offsets, size, value.shape[2:], strict=True), 2):
            first = (there - count) // 2 if start is None else start
            value = value.index_select(axis, torch.arange(first, first + count))
        return value


class Interpolate(Sized):
    """torch's function of that name."""

    def fit(self, value: Tensor, size: tuple[int, ...]) -> Tensor:
        return functional.interpolate(value, size, **self.rest)


class Method(nn.Module):
    """A function of torch's own, on tensors that have their batch first."""

    function: Callable[..., Tensor]

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__()
        self.arguments = arguments
        self.named = named

    def forward(self, *values: Tensor) -> Tensor:
        return type(self).function(*values, *self.arguments, **self.named)


def method(function: Callable[..., Tensor]) -> type[Method]:
    """A class of modules that call a function."""
    return type(function.__name__, (Method,), {"function": staticmethod(function)})


def _sliced(value: Tensor, dim: int, start: int | None = None, end: int | None = None, step: int = 1) -> Tensor:
    return value.movedim(dim, -1)[..., start:end:step].movedim(-1, dim)


def _piece(pieces: Any, index: int) -> Tensor:
    if index < 0:
        raise IndexError("Pieces are counted from 0.")
    return pieces[index]


def _squeezed(value: Tensor, dim: Any = None) -> Tensor:
    return value.squeeze() if dim is None else value.squeeze(dim)


#: Layers that are functions in torch.
METHODS: dict[str, Callable[..., Tensor]] = {
    "Permute": lambda value, order: value.permute(order),
    "Transpose": torch.transpose,
    "Reshape": lambda value, sizes: torch.reshape(value, (len(value), *sizes)),
    "View": lambda value, sizes: value.view(len(value), *sizes),
    "Squeeze": _squeezed,
    "Unsqueeze": torch.unsqueeze,
    "Expand": lambda value, sizes: value.expand(len(value), *sizes),
    "Select": torch.select,
    "Slice": _sliced,
    "Chunk": lambda value, chunks, dim, index: _piece(torch.chunk(value, chunks, dim), index),
    "Split": lambda value, split_size_or_sections, dim, index: _piece(
        torch.split(value, split_size_or_sections, dim), index
    ),
    "Mean": lambda value, dim, keepdim=False: torch.mean(value, dim, keepdim),
    "Sum": lambda value, dim, keepdim=False: torch.sum(value, dim, keepdim),
    "Max": lambda value, dim, keepdim=False: (
        torch.amax(value, dim, keepdim) if isinstance(dim, tuple) else torch.max(value, dim, keepdim)[0]
    ),
    "MatMul": torch.matmul,
    "Stack": lambda *values, dim=1: torch.stack(values, dim),
}


class LayerNorm2d(nn.LayerNorm):
    """The layer norm of the channels, which are moved to the end and back."""

    def forward(self, value: Tensor) -> Tensor:
        if value.dim() != 4:
            raise ValueError("No map.")
        return super().forward(value.movedim(1, -1)).movedim(-1, 1)


class FrozenBatchNorm2d(nn.Module):
    """A batch norm of buffers alone; without torchvision, from the definition of batch norm."""

    def __init__(self, num_features: int, eps: float = 1e-5) -> None:
        super().__init__()
        if num_features < 1:
            raise ValueError("No channels.")
        self.eps = eps
        for name in ("weight", "bias", "running_mean", "running_var"):
            self.register_buffer(name, torch.ones(num_features))

    def forward(self, value: Tensor) -> Tensor:
        weight, bias, mean, variance = (buffer.view(-1, 1, 1) for buffer in self.buffers())
        if value.dim() != 4 or value.shape[1] != len(weight):
            raise ValueError("Other channels.")
        return (value - mean) / (variance + self.eps).sqrt() * weight + bias


class StochasticDepth(nn.Module):
    """Each input of a batch, or all of them, kept or not; without torchvision, from its paper."""

    def __init__(self, p: float, mode: str) -> None:
        super().__init__()
        if mode not in ("row", "batch"):
            raise ValueError("No such mode.")
        self.p = float(p)
        self.mode = mode

    def forward(self, value: Tensor) -> Tensor:
        if self.p == 0 or not self.training:
            return value
        rows = len(value) if self.mode == "row" else 1
        keep = value.new_empty((rows, *[1] * (value.dim() - 1))).bernoulli_(1 - self.p)
        return value * keep / ((1 - self.p) or 1)


class DropPath(StochasticDepth):
    """The same under another name."""

    def __init__(self, drop_prob: float = 0.0, *, scale_by_keep: bool = True) -> None:
        super().__init__(drop_prob, "row")
        self.scale_by_keep = scale_by_keep


class Parameter(nn.Module):
    """A tensor for every input of a batch of two."""

    def __init__(self, sizes: tuple[int, ...], *, batch_dim: bool = False, init: float | None = None) -> None:
        super().__init__()
        self.sizes = sizes
        self.value = nn.Parameter(torch.full((1, *sizes) if batch_dim else sizes, float(init or 0)))

    def forward(self, *_: Tensor) -> Tensor:
        return self.value.expand(2, *self.sizes)


_CLASSES = (
    Parameter,
    Squash, Capsules, CapsuleLength, CapsuleMask, Crop, Interpolate, LayerNorm2d, StochasticDepth, DropPath,
    FrozenBatchNorm2d,
)  # fmt: skip

MODULES: dict[str, type[nn.Module]] = {
    **{cls.__name__: cls for cls in _CLASSES},
    **{name: method(function) for name, function in METHODS.items()},
}
