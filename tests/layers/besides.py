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


class DeformConv2d(nn.Module):
    """torchvision's class and the conditions of its operator, which has no kernel here; samples taken one by one."""

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Any,
        stride: Any = 1,
        padding: Any = 0,
        dilation: Any = 1,
        groups: int = 1,
        *,
        bias: bool = True,
    ) -> None:
        super().__init__()
        if in_channels % groups or out_channels % groups:
            raise ValueError("Groups that do not divide.")
        pairs = (value if isinstance(value, tuple) else (value, value) for value in (stride, padding, dilation))
        self.stride, self.padding, self.dilation = pairs
        kernel = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
        self.weight = nn.Parameter(torch.rand(out_channels, in_channels // groups, *kernel))
        self.bias = nn.Parameter(torch.rand(out_channels)) if bias else None

    def forward(self, value: Tensor, offset: Tensor, mask: Tensor | None = None) -> Tensor:
        filters, depth, *kernel = self.weight.shape
        taps = kernel[0] * kernel[1]
        channels, *sizes = value.shape[1:]
        groups, parts = channels // depth, offset.shape[1] // (2 * taps)
        if min(*self.stride, *self.dilation) < 1 or min(self.padding) < 0:
            raise ValueError("No such window.")
        places = [
            int((size + 2 * padding - dilation * (taps - 1) - 1) / stride) + 1  # as C++ divides, towards 0
            for size, padding, dilation, taps, stride in zip(
                sizes, self.padding, self.dilation, kernel, self.stride, strict=True
            )
        ]
        maps = [(offset, 2 * taps * parts), *([(mask, taps * parts)] if mask is not None else [])]
        if parts == 0 or channels % parts or depth * groups != channels or filters % groups or min(places) < 1:
            raise ValueError("Other groups.")
        if any(tuple(tensor.shape[1:]) != (count, *places) for tensor, count in maps):
            raise ValueError("Offsets of another size.")
        moves = offset.unflatten(1, (parts, taps, 2))
        columns = [self.read(value, moves[:, :, tap], divmod(tap, kernel[1])) for tap in range(taps)]
        if mask is not None:
            weights = mask.unflatten(1, (parts, taps)).repeat_interleave(channels // parts, 1)
            columns = [column * weights[:, :, tap] for tap, column in enumerate(columns)]
        stacked = torch.stack(columns, 2).flatten(1, 2)
        return functional.conv2d(stacked, self.weight.reshape(filters, -1, 1, 1), self.bias, groups=groups)

    def read(self, value: Tensor, moves: Tensor, tap: tuple[int, int]) -> Tensor:
        """What one weight reads at each place: from the four positions around it, each as near as it is."""
        grid = [
            torch.arange(count) * stride - padding + number * dilation
            for count, stride, padding, number, dilation in zip(
                moves.shape[3:], self.stride, self.padding, tap, self.dilation, strict=True
            )
        ]
        points = torch.stack(torch.meshgrid(*grid, indexing="ij")) + moves
        points = points.repeat_interleave(value.shape[1] // moves.shape[1], 1)  # for each channel
        height, width = value.shape[2:]
        total = value.new_zeros(())
        for corner in ((0, 0), (0, 1), (1, 0), (1, 1)):
            y, x = (points[:, :, axis].floor().long() + corner[axis] for axis in (0, 1))
            near = (1 - (points[:, :, 0] - y).abs()) * (1 - (points[:, :, 1] - x).abs())
            inside = (y >= 0) & (y < height) & (x >= 0) & (x < width)
            index = (y.clamp(0, height - 1) * width + x.clamp(0, width - 1)).flatten(2)
            total = total + value.flatten(2).gather(2, index).view_as(y) * near * inside
        return total


class Scale(nn.Module):
    """A factor and an offset."""

    def __init__(self, factor: float = 1.0, offset: float = 0.0) -> None:
        super().__init__()
        self.factor, self.offset = factor, offset

    def forward(self, value: Tensor) -> Tensor:
        return value * self.factor + self.offset


class Power(nn.Module):
    """A power of each entry."""

    def __init__(self, exponent: float) -> None:
        super().__init__()
        self.exponent = exponent

    def forward(self, value: Tensor) -> Tensor:
        return torch.pow(value, self.exponent)


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
    FrozenBatchNorm2d, DeformConv2d, Scale, Power,
)  # fmt: skip

MODULES: dict[str, type[nn.Module]] = {
    **{cls.__name__: cls for cls in _CLASSES},
    **{name: method(function) for name, function in METHODS.items()},
}
