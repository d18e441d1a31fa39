"""All measures of ResNet-50, in process, against torchinfo's summary of the same network on the meta device.

In seconds of the processor, so that other work on the machine counts for neither.
"""

from __future__ import annotations

from collections.abc import Callable

import torchinfo

import shapecalc
from shapecalc import Net
from shapecalc.formats import parse
from tests.bench.timing import forget, in_turn, line, ratio
from tests.bench.torch_resnet50 import resnet50 as torch_resnet50

ROUNDS = 25
NET = "zoo:resnet50"


def run() -> None:
    """Print the times of the engine's steps, and how many times longer the peer takes."""
    module = torch_resnet50()

    def summary() -> object:
        return torchinfo.summary(module, (1, 3, 224, 224), device="meta", verbose=0)

    report = shapecalc.measure(parse(NET))
    peer = torchinfo.summary(module, (1, 3, 224, 224), device="meta", verbose=0)
    if report.parameters != peer.total_params:
        raise SystemExit(f"not the same network: {report.parameters} and {peer.total_params} parameters")
    print(line("torchinfo.summary, meta device", in_turn(summary, summary, 3, cpu=True)[0]))
    for label, work in _steps().items():
        slow, fast = in_turn(summary, work, ROUNDS, cpu=True)
        print(f"{line(label, fast)}, {ratio(slow, fast):.0f} times faster")


def _steps() -> dict[str, Callable[[], object]]:
    # each net is measured once, as a person would; no size below the first blocks occurs in two of the nets
    sizes = iter([parse(NET, input_shape=(3, size, size)) for size in range(256, 256 + 32 * (ROUNDS + 1), 32)])
    again = iter([parse(NET) for _ in range(2 * (ROUNDS + 1))])
    reports = iter(
        [shapecalc.measure(parse(NET, input_shape=(3, size, size))) for size in range(64, 64 + 64 * (ROUNDS + 1), 64)]
    )
    forget()
    shapecalc.measure(parse(NET))
    return {
        "(a) measure, an input size not seen before": lambda: shapecalc.measure(next(sizes)),
        "(b) measure, the same size once more": lambda: shapecalc.measure(next(again)),
        "(c) parse, its texts read before": lambda: parse(NET),
        "(d) as_dict": lambda: next(reports).as_dict(),
        "measure, nothing remembered": lambda: _from_nothing(next(again)),
        "parse, nothing remembered": _parse_from_nothing,
    }


def _parse_from_nothing() -> object:
    forget()
    return parse(NET)


def _from_nothing(net: Net) -> object:
    forget()
    return shapecalc.measure(net)
