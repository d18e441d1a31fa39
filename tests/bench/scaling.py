"""The cost of reading and of measuring chains up to 5,000 layers, by layer: it should not grow."""

from __future__ import annotations

import shapecalc
from tests.bench.timing import forget, once

BLOCK = "Conv2d(8, 8, 3, padding=1) BatchNorm2d(8) ReLU() Conv2d(8, 8, 1) "


def run() -> None:
    """Print microseconds by layer for each length."""
    print(f"{'layers':>8} {'parse':>10} {'measure':>10} {'explain':>10} µs by layer")
    for layers in (100, 1_000, 5_000):
        print(f"{layers:>8} " + " ".join(f"{1e6 * seconds / layers:10.2f}" for seconds in _seconds(layers)))


def _seconds(layers: int) -> tuple[float, float, float]:
    """The least of three times to parse, to measure with nothing remembered, and to explain."""
    spec = BLOCK * (layers // 4)
    net = shapecalc.parse(spec, input_shape=(8, 32, 32))

    def measure_anew() -> None:
        forget()
        shapecalc.measure(net)

    return (
        min(once(lambda: shapecalc.parse(spec, input_shape=(8, 32, 32))) for _ in range(3)),
        min(once(measure_anew) for _ in range(3)),
        min(once(lambda: shapecalc.explain(net)) for _ in range(3)),
    )
