"""Pairs of pooling and unpooling against torch: legal exactly where torch puts every value back."""

from __future__ import annotations

from typing import Any

import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from shapecalc import ShapecalcError, layers, measure
from shapecalc.net import Net, Node
from tests.campaigns import examples
from tests.layers.strategies import FLAG, Draw, often
from tests.layers.torch_side import REFUSALS

Pair = tuple[int, dict[str, Any], dict[str, Any], tuple[int, ...]]


@st.composite
def pairs(draw: Draw) -> Pair:
    """A rank, the arguments of a pooling and an unpooling, mostly alike, and an input shape."""
    rank = draw(st.integers(1, 3))
    kernel = draw(often(2, 3, rarely=(1, 4)))
    pool = {
        "kernel_size": kernel,
        "stride": draw(often(None, 2, rarely=(1, 3))),
        "padding": draw(often(0, rarely=(1,))),
    }
    unpool = {**pool, **({"stride": draw(often(1, 2, 3))} if draw(st.integers(0, 5)) == 0 else {})}
    sizes = tuple(draw(st.integers(3, 9)) for _ in range(rank))
    if draw(FLAG):
        unpool["output_size"] = tuple(size + draw(often(0, rarely=(-1, 1, 2))) for size in sizes)
    pool["ceil_mode"] = draw(often(False, rarely=(True,)))
    return rank, pool, unpool, (2, *sizes)


def accepted(pair: Pair) -> bool:
    """Whether the engine accepts the pair."""
    rank, pool, unpool, shape = pair
    try:
        first = getattr(layers, f"MaxPool{rank}d")(**pool)
        second = getattr(layers, f"MaxUnpool{rank}d")(**unpool)
        measure(Net({"input": shape}, (Node("pool", first, ("input",)), Node("unpool", second, ("pool",)))))
    except ShapecalcError:
        return False
    return True


def restored(pair: Pair) -> bool:
    """Whether torch runs the pair on data whose largest values come last, and puts each back where it was."""
    rank, pool, unpool, shape = pair
    sizes = unpool.get("output_size")
    values = {name: value for name, value in unpool.items() if name != "output_size"}
    image = torch.arange(1.0, 1 + torch.Size(shape).numel()).reshape(1, *shape)
    try:
        reduced, indices = getattr(nn, f"MaxPool{rank}d")(**pool, return_indices=True)(image)
        output = getattr(nn, f"MaxUnpool{rank}d")(**values)(reduced, indices, output_size=sizes)
    except REFUSALS:
        return False
    return output.shape == image.shape and bool((output[output != 0] == image[output != 0]).all())


@examples(100, deep=3_000)
@given(pairs())
def test_an_unpooling_is_legal_where_torch_puts_every_value_back(pair: Pair) -> None:
    """Engine and torch agree on random pairs."""
    assert accepted(pair) == restored(pair)
