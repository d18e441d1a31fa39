"""Questions about one layer within default ranges, against trying the same windows with torch on the meta device."""

from __future__ import annotations

from functools import partial
from itertools import product

import torch

from shapecalc.solve import Layers, layers_for
from tests.bench.timing import in_turn, line, once, ratio

ROUNDS = 7
BEFORE, AFTER = 227, 55
#: The other questions are timed by themselves.
OTHERS = {
    "32x64 -> 16x16": "conv",
    "224 -> 14": "conv",
    "512 -> 1": "conv",
    "W -> W": "conv",
    "W -> ceil(W/2)": "conv",
    "W -> W/64": "conv",
    "3xHxW -> 16x(H/2)x(W/2)": "conv",
    "W -> W/4": "pool",
    "7 -> 224": "deconv",
    "W -> 2*W": "deconv",
}


def run() -> None:
    """Print the time of one question beside the peer's, their ratio, and the times of other questions."""
    answer = layers_for(BEFORE, AFTER)
    tried = _windows(answer)
    right = {one.windows[0][:4] for one in answer.solutions}
    if set(_brute_force(tried)) != right:
        raise SystemExit("not the same answer")
    peer, ours = in_turn(lambda: _brute_force(tried), lambda: layers_for(BEFORE, AFTER), ROUNDS)
    print(line(f"torch.nn.Conv2d, meta device, {len(tried):,} windows", peer))
    print(line(f'layers_for("{BEFORE} -> {AFTER}"), {len(right)} answers', ours))
    print(f"times faster: {ratio(peer, ours):.0f}")
    for question, kind in OTHERS.items():
        seconds = [once(partial(layers_for, question, layer=kind)) for _ in range(ROUNDS)]
        print(line(f'"{question}" --layer {kind}', seconds))


def _windows(answer: Layers) -> list[tuple[int, int, int, int]]:
    """Every window within the ranges of an answer: kernel_size, stride, padding, dilation."""
    ranges = answer.ranges
    return [
        (kernel, stride, padding, dilation)
        for kernel, stride, dilation in product(ranges.kernel_size, ranges.stride, ranges.dilation)
        for padding in ranges.paddings(kernel, dilation)
    ]


def _brute_force(tried: list[tuple[int, int, int, int]]) -> list[tuple[int, int, int, int]]:
    """Those windows with which a torch module makes the size."""
    found = []
    with torch.device("meta"), torch.no_grad():
        image = torch.empty(1, 1, BEFORE, BEFORE)
        for window in tried:
            try:
                size = torch.nn.Conv2d(1, 1, *window)(image).shape[-1]
            except RuntimeError:  # the kernel does not fit
                continue
            if size == AFTER:
                found.append(window)
    return found
