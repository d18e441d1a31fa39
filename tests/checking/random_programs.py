"""Random programs over the reader's vocabulary, and what torch makes of them."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from hypothesis import strategies as st

Draw = Callable[[st.SearchStrategy[Any]], Any]
HEAD = "import torch\nfrom torch import nn\nimport torch.nn.functional as F\n\n\n"
#: The batches on which programs run: those of a view that holds for some are not all of the same kind.
BATCHES = (2, 3, 5)
#: The most statements of a forward.
LONGEST = 7
#: The batch of the tensor with which the next statement is chosen, which no other size is.
PROBE = 7


@dataclass(frozen=True)
class RandomProgram:
    """A program: its text, and the shape of its input without the batch."""

    text: str
    shape: tuple[int, ...]

    def run(self, batch: int) -> tuple[tuple[int, ...], ...] | None:
        """The shapes that come out in torch; None where it fails."""
        names: dict[str, Any] = {}
        with warnings.catch_warnings(), contextlib.suppress(RuntimeError, ValueError, IndexError, TypeError):
            warnings.simplefilter("ignore")
            exec(self.text, names)  # noqa: S102  our own program
            output = names["Net"]()(torch.zeros(batch, *self.shape))
            return tuple(tuple(each.shape) for each in (output if isinstance(output, tuple) else (output,)))
        return None


def _size(draw: Draw, right: int) -> int:
    """Mostly the size that fits."""
    return right if draw(st.integers(0, 11)) else right + draw(st.sampled_from((1, -1)))


def _dim(draw: Draw, rank: int, *, first: int = 1) -> int:
    """A dimension, seldom the batch or one too many, sometimes counted from the end."""
    dim = draw(st.integers(first, max(first, rank - 1)))
    match draw(st.integers(0, 14)):
        case 0:
            return 0
        case 1:
            return rank
        case 2 | 3 | 4:
            return dim - rank
    return dim


def _moves(draw: Draw, shape: tuple[int, ...]) -> str:
    """Dimensions in another order, or taken out and put in."""
    rank = len(shape)
    order = [0, *draw(st.permutations(range(1, rank)))] if draw(st.booleans()) else draw(st.permutations(range(rank)))
    pair = f"{_dim(draw, rank)}, {_dim(draw, rank)}"
    return draw(
        st.sampled_from(
            (
                f"x.permute({', '.join(map(str, order))})",
                f"x.permute({', '.join(map(str, order))}).contiguous()",
                f"x.transpose({pair})",
                f"torch.movedim(x, {pair})",
                f"x.unsqueeze({_dim(draw, rank)})",
                f"x.squeeze({_dim(draw, rank)})",
                f"x.flip({_dim(draw, rank)})",
                f"torch.roll(x, 1, {_dim(draw, rank)})",
            )
        )
    )


def _views(draw: Draw, shape: tuple[int, ...]) -> str:
    """Other sizes for the same values."""
    name = draw(st.sampled_from(("view", "reshape")))
    sizes = [*shape[1:]] or [1]
    place = draw(st.integers(0, len(sizes) - 1))
    half = [*sizes[:place], 2, sizes[place] // 2, *sizes[place + 1 :]]
    joined = [*sizes[:place], -1]
    total = 1
    for size in sizes:
        total *= size
    text = {
        "split": f"x.{name}(x.size(0), {', '.join(map(str, half))})",
        "joined": f"x.{name}(x.shape[0], {', '.join(map(str, joined))})",
        "rest": f"x.{name}(-1, {_size(draw, total)})",
        "last": f"x.{name}(-1, {_size(draw, sizes[-1])})",
        "flat": f"x.flatten({_dim(draw, len(shape))})",
        "swapped": f"x.{name}({sizes[0]}, -1)",
        "unflattened": f"x.unflatten({_dim(draw, len(shape))}, (2, -1))",
    }
    return text[draw(st.sampled_from([*text]))]


def _joins(draw: Draw, shape: tuple[int, ...]) -> str:
    """Tensors joined, stacked and parted."""
    rank = len(shape)
    dim = _dim(draw, rank)
    number = draw(st.integers(1, 3))
    text = (
        f"torch.cat([x, x], {dim})",
        f"torch.cat([x, x[:, :1]], {dim})",
        f"torch.stack([x, x * 2], {_dim(draw, rank + 1)})",
        f"x.chunk({number}, {dim})[0]",
        f"torch.split(x, {number}, dim={dim})[-1]",
        f"torch.cat(x.split({number}, {dim})[::-1], {dim})",
        f"sum(torch.unbind(x, {dim}))",
        f"torch.cat([each.relu() for each in x.chunk(2, {dim})], dim={dim})",
    )
    return draw(st.sampled_from(text))


def _slices(draw: Draw, shape: tuple[int, ...]) -> str:
    """Parts of a tensor."""
    number = draw(st.integers(0, 4))
    end = draw(st.integers(-4, 4))
    text = (
        f"x[:, {number}]", f"x[:, {number}:]", f"x[:, :{end or 1}]", f"x[:, ::{number or 1}]", f"x[..., -{number + 1}]",
        f"x[..., {number}:{end or None}]", "x[:, None]", "x[..., None]", f"x[:, [0, {number}]]",
        f"x.narrow(1, 0, {number + 1})",
        f"x.select({_dim(draw, len(shape))}, {number})",
    )  # fmt: skip
    return draw(st.sampled_from(text))


def _arithmetic(draw: Draw, shape: tuple[int, ...]) -> str:
    """Operators, with what is stretched, and products."""
    rank = len(shape)
    last = shape[-1]
    dim = _dim(draw, rank)
    text = (
        "x + 1", "2 - x", "x * x", "x / 2", "x.relu() - x.tanh()", f"x + torch.ones({_size(draw, last)})",
        f"x * torch.ones({last}, 1)", f"x - x.mean({dim}, keepdim=True)", f"x + x.mean({dim})",
        f"x @ torch.ones({_size(draw, last)}, 3)", "x @ x.transpose(-1, -2)", "torch.matmul(x, x)",
        f"x.masked_fill(x > 0, 0.0) * {draw(st.integers(1, 3))}", "torch.where(x > 0, x, x * 2)",
        "torch.einsum('b...i,b...j->b...ij', x, x).sum(-1)" if rank < 3 else "torch.einsum('bij,bkj->bik', x, x)",
        f"x.expand(-1, {', '.join(['-1'] * (rank - 1))})",
        f"x.unsqueeze(1).expand(-1, 2, {', '.join(['-1'] * (rank - 1))})",
        f"x.repeat(1, {', '.join(['2'] * (rank - 1))})",
    )  # fmt: skip
    return draw(st.sampled_from(text))


def _reductions(draw: Draw, shape: tuple[int, ...]) -> str:
    """Dimensions joined into one number."""
    dim = _dim(draw, len(shape))
    keep = draw(st.sampled_from(("", ", keepdim=True")))
    name = draw(st.sampled_from(("mean", "sum", "amax", "std", "argmax")))
    text = (
        f"x.{name}({dim}{keep})" if name != "argmax" else f"x.argmax({dim}{keep}).float()",
        f"x.max({dim}{keep})[0]",
        f"torch.sum(x, dim=(1, {dim}))",
        f"x.softmax({dim})",
        f"F.normalize(x, dim={dim})",
        f"x.cumsum({dim})",
        f"x.topk({draw(st.integers(1, 3))}, {dim}).values",
    )
    return draw(st.sampled_from(text))


def _layers(draw: Draw, shape: tuple[int, ...]) -> str:
    """Layers, those of images and sequences among them."""
    rank, kernel = len(shape) - 1, draw(st.integers(1, 4))
    channels = shape[1] if rank else 1
    text = [
        f"nn.Linear({_size(draw, shape[-1])}, {draw(st.sampled_from((4, 6)))})(x)",
        f"nn.LayerNorm({_size(draw, shape[-1])})(x)",
        f"nn.Flatten({_dim(draw, len(shape))})(x)",
        "F.dropout(F.gelu(x), 0.1, self.training)",
    ]
    if rank in {1, 2}:
        text.append(f"nn.BatchNorm1d({_size(draw, channels)})(x)")
    if rank == 2:
        text += [
            f"nn.LSTM({_size(draw, shape[-1])}, 5, batch_first={draw(st.booleans())})(x)[0]",
            f"nn.Conv1d({_size(draw, channels)}, 4, {kernel}, padding={draw(st.integers(0, 1))})(x)",
            f"F.max_pool1d(x, {kernel})",
            f"F.pad(x, (1, {draw(st.integers(-1, 2))}))",
        ]
    if rank == 3:
        text += [
            f"nn.Conv2d({_size(draw, channels)}, 4, {kernel}, stride={draw(st.integers(1, 2))})(x)",
            f"nn.ConvTranspose2d({_size(draw, channels)}, 3, {kernel}, 2)(x)",
            f"nn.BatchNorm2d({_size(draw, channels)})(x)",
            f"F.avg_pool2d(x, {kernel})",
            "F.interpolate(x, scale_factor=2)",
            f"F.adaptive_avg_pool2d(x, {draw(st.integers(1, 3))})",
            f"F.pad(x, (1, 1, 0, {draw(st.integers(0, 2))}))",
            "nn.PixelShuffle(2)(x)",
        ]
    return draw(st.sampled_from(text))


def _control(draw: Draw, shape: tuple[int, ...]) -> list[str]:
    """Loops, conditions on shapes, and tuples."""
    step = _expression(draw, shape)
    rounds, number = draw(st.integers(1, 3)), draw(st.integers(1, 6))
    blocks = (
        [f"for _ in range({rounds}):", "    x = x * 2 + 1"],
        [f"if x.dim() == {len(shape)}:", f"    x = {step}"],
        [f"if x.shape[-1] > {number}:", f"    x = {step}", "else:", "    x = x.relu()"],
        ["b, *rest = x.shape", "x = x.reshape(b, -1)"],
        ["*lead, last = x.size()", "x = x.reshape(*lead[:1], -1, last)"],
        ["a, b = x, x.sigmoid()", "x = torch.cat((a, b), dim=1)"],
        [f"while x.dim() < {draw(st.integers(2, 4))}:", "    x = x.unsqueeze(1)"],
    )
    return draw(st.sampled_from(blocks))


def _expression(draw: Draw, shape: tuple[int, ...]) -> str:
    kinds = (_moves, _views, _joins, _slices, _arithmetic, _reductions, _layers)
    return draw(st.sampled_from(kinds))(draw, shape)


@st.composite
def random_programs(draw: Draw) -> RandomProgram:
    """A network whose forward is a chain of random statements; most of them run."""
    start = tuple(draw(st.lists(st.sampled_from((1, 2, 4, 4, 6, 8)), min_size=1, max_size=3)))
    shape, lines = (PROBE, *start), []
    for _ in range(draw(st.integers(1, LONGEST))):
        lines += [f"x = {_expression(draw, shape)}"] if draw(st.integers(0, 5)) else _control(draw, shape)
        outputs = RandomProgram(_text(lines), start).run(PROBE)
        if outputs is None:
            break
        shape = outputs[0]
        if max(shape, default=1) > 64 or not 1 < len(shape) < 6 or 0 in shape:
            break
    return RandomProgram(_text(lines), start)


def _text(lines: list[str]) -> str:
    body = "".join(f"        {line}\n" for line in lines)
    return f"{HEAD}class Net(nn.Module):\n    def forward(self, x):\n{body}        return x\n"
