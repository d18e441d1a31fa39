"""All measures of ResNet-50, in process, against torchinfo's summary of the same network on the meta device."""

from __future__ import annotations

import torchinfo

import shapecalc
from shapecalc.formats import parse
from tests.bench.timing import forget, in_turn, line, ratio
from tests.bench.torch_resnet50 import resnet50 as torch_resnet50

ROUNDS = 25


def run() -> None:
    """Print both times and their ratio: with what is remembered from an earlier run, and with nothing remembered."""
    module = torch_resnet50()
    nets = [parse("zoo:resnet50") for _ in range(2 * ROUNDS + 4)]  # a net is measured once, as a person would

    def summary() -> object:
        return torchinfo.summary(module, (1, 3, 224, 224), device="meta", verbose=0)

    report = shapecalc.measure(nets.pop())
    peer = torchinfo.summary(module, (1, 3, 224, 224), device="meta", verbose=0)
    if report.parameters != peer.total_params:
        raise SystemExit(f"not the same network: {report.parameters} and {peer.total_params} parameters")

    slow, warm = in_turn(summary, lambda: shapecalc.measure(nets.pop()), ROUNDS)

    def from_nothing() -> object:
        forget()
        return shapecalc.measure(nets.pop())

    slow_again, cold = in_turn(summary, from_nothing, ROUNDS)
    print(line("torchinfo.summary, meta device", slow))
    print(line("shapecalc.measure, a new net", warm))
    print(line("shapecalc.measure, nothing remembered", cold))
    print(f"times faster: {ratio(slow, warm):.0f}; with nothing remembered {ratio(slow_again, cold):.0f}")
