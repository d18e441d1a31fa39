"""Timing two things in turn, so that a machine whose speed drifts does not favour either."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable

from shapecalc.algebra import memo


def cpu_once(work: Callable[[], object]) -> float:
    """Seconds of the processor that one call takes, which another process on the machine does not lengthen."""
    return once(work, clock=time.process_time)


def once(work: Callable[[], object], *, clock: Callable[[], float] = time.perf_counter) -> float:
    """Seconds that one call takes, without the garbage collector, as timeit measures."""
    gc.collect()
    gc.disable()
    try:
        start = clock()
        work()
        return clock() - start
    finally:
        gc.enable()


def in_turn(
    first: Callable[[], object], second: Callable[[], object], rounds: int, *, cpu: bool = False
) -> tuple[list[float], list[float]]:
    """The seconds of each (of the processor alone, with ``cpu``), called in turn after one call that does not count."""
    first()
    second()
    seconds = cpu_once if cpu else once
    pairs = [(seconds(first), seconds(second)) for _ in range(rounds)]
    return [a for a, _ in pairs], [b for _, b in pairs]


def forget() -> None:
    """Forget what the engine remembers of nets that it has measured."""
    memo.clear()


def line(what: str, seconds: list[float]) -> str:
    """Least, median and most, in milliseconds."""
    low, middle, high = (1000 * value for value in (min(seconds), statistics.median(seconds), max(seconds)))
    return f"{what:<44} {low:9.3f} {middle:9.3f} {high:9.3f} ms (min, median, max)"


def ratio(slow: list[float], fast: list[float]) -> float:
    """The median of the ratios, pair by pair."""
    return statistics.median(a / b for a, b in zip(slow, fast, strict=True))
