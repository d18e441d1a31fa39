"""Closed form and domain against torch itself: every configuration of a window, at every size from 1 to 60."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
import torch

from shapecalc import ShapecalcError, closed_form, parse

SIZES = range(1, 61)
SMALL = range(1, 5)

#: A layer: its class and its arguments.
Window = tuple[str, dict[str, Any]]

_WINDOWS = [
    {"kernel_size": k, "stride": s, "padding": p, "dilation": d}
    for k, s, p, d in product(SMALL, SMALL, range(4), range(1, 4))
]
_CHANNELS = {"in_channels": 2, "out_channels": 2}
CONVOLUTIONS: list[Window] = [("Conv1d", _CHANNELS | window) for window in _WINDOWS]
MAX_POOLS: list[Window] = [("MaxPool1d", one | {"ceil_mode": ceil}) for one in _WINDOWS for ceil in (False, True)]
AVERAGE_POOLS: list[Window] = [
    ("AvgPool1d", {"kernel_size": k, "stride": s, "padding": p, "ceil_mode": ceil})
    for k, s, p, ceil in product(SMALL, SMALL, range(4), (False, True))
]
TRANSPOSED: list[Window] = [
    ("ConvTranspose1d", _CHANNELS | window | {"output_padding": more})
    for window in _WINDOWS
    for more in range(max(window["stride"], window["dilation"]))
]
CHAINS = [
    [one, other]
    for one, other in zip(CONVOLUTIONS[::5] + MAX_POOLS[::9], TRANSPOSED[::7] + MAX_POOLS[::8], strict=False)
]
KINDS: dict[str, list[list[Window]]] = {
    "conv": [[one] for one in CONVOLUTIONS],
    "max": [[one] for one in MAX_POOLS],
    "avg": [[one] for one in AVERAGE_POOLS],
    "deconv": [[one] for one in TRANSPOSED],
    "chains": CHAINS,
}


def _torch(chain: list[Window]) -> list[tuple[int, ...] | None]:
    """What torch gives for each size when it runs, or None where it refuses."""
    net = torch.nn.Sequential(*(getattr(torch.nn, name)(**arguments) for name, arguments in chain))
    return [_run(net, size) for size in SIZES]


def _run(net: torch.nn.Module, size: int) -> tuple[int, ...] | None:
    try:
        shape = net(torch.zeros(1, 2, size)).shape
    except RuntimeError:
        return None
    # whether torch refuses to give nothing at all depends on its threads
    return tuple(shape[1:]) if shape[2] else None


def _ours(chain: list[Window]) -> list[tuple[Any, ...] | None]:
    spec = " ".join(f"{name}({', '.join(f'{key}={value}' for key, value in some.items())})" for name, some in chain)
    try:
        form = closed_form(parse(spec, input_shape=(2, "W")))
    except ShapecalcError:  # illegal whatever the size
        return [None for _ in SIZES]
    return [form.at(W=size) for size in SIZES]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("part", range(4))
def test_form_and_domain_are_what_torch_does(kind: str, part: int) -> None:
    """The same size wherever torch runs, and None wherever it refuses."""
    with torch.no_grad():
        wrong = [chain for chain in KINDS[kind][part::4] if _ours(chain) != _torch(chain)]
    assert wrong == []


def test_the_comparison_is_not_empty() -> None:
    """Torch runs most of the convolutions at these sizes, and refuses the rest."""
    with torch.no_grad():
        ran = [size is not None for chain in KINDS["conv"] for size in _torch(chain)]
    assert 0.5 < sum(ran) / len(ran) < 1
