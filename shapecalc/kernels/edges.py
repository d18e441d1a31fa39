"""Effects on edges, lines and corners, which the sums of a kernel's numbers along them decide."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from shapecalc.kernels.effect import Effect, Evidence, add_effects
from shapecalc.kernels.kernel import Kernel
from shapecalc.kernels.steps import ACROSS, CORNERS, HORIZONTAL, STEPS, VERTICAL, EdgeStep
from shapecalc.kernels.sums import constant_evidence


def _responds(kernel: Kernel, step: EdgeStep) -> Evidence:
    """Whether an edge shows, where a constant image is removed."""
    constant = constant_evidence(kernel, lambda total: total == 0)
    if not constant.holds:
        return Evidence(False, f"{constant.because}, so that a plain area shows as well", constant.image)
    peak = max(step.responses(kernel), key=abs)
    answer = f"gives up to {peak}" if peak else "gives 0 everywhere"
    return Evidence(peak != 0, f"{step.words}, {answer}", step.around(kernel))


def _detects(kernel: Kernel, step: EdgeStep, silent: EdgeStep) -> Evidence:
    """Whether an edge shows and the edge across it does not."""
    evidence = _responds(kernel, step)
    if not evidence.holds:
        return evidence
    across = _responds(kernel, silent)
    if across.holds:
        return Evidence(False, f"{across.because}: it detects that as well", across.image)
    return evidence


def _detects_all(kernel: Kernel, steps: Iterable[EdgeStep]) -> Evidence:
    evidence = [_responds(kernel, step) for step in steps]
    return next((answer for answer in evidence if not answer.holds), evidence[0])


def _lines(kernel: Kernel, step: EdgeStep, silent: EdgeStep) -> Evidence:
    """Whether a line one pixel wide shows more than an edge in its direction."""
    evidence = _detects(kernel, step, silent)
    if not evidence.holds:
        return evidence
    line = max(map(abs, kernel.sums(step.down, step.right)))
    edge = max(map(abs, step.responses(kernel)))
    return Evidence(line > edge, f"a {step.name} line one pixel wide gives up to {line}, an edge up to {edge}")


def _prefers_lines(kernel: Kernel, step: EdgeStep) -> Evidence:
    """Whether a line one pixel wide shows more than one in any other direction, where a constant image is removed."""
    constant = constant_evidence(kernel, lambda total: total == 0)
    if not constant.holds:
        return Evidence(False, f"{constant.because}, so that a plain area shows as well", constant.image)
    peaks = {line: max(map(abs, kernel.sums(line.down, line.right))) for line in STEPS}
    line = max((line for line in STEPS if line != step), key=lambda line: peaks[line])
    words = f"a {step.direction} line gives up to {peaks[step]}, a {line.direction} one up to {peaks[line]}"
    return Evidence(peaks[step] > peaks[line], words)


def _corners(kernel: Kernel) -> Evidence:
    """Whether the corner of a bright area shows more than any edge, where a constant image is removed."""
    constant = constant_evidence(kernel, lambda total: total == 0)
    if not constant.holds:
        return Evidence(False, f"{constant.because}, so that a plain area shows as well", constant.image)
    peaks = {corner: max(map(abs, corner.responses(kernel))) for corner in CORNERS}
    corner = max(peaks, key=lambda corner: peaks[corner])
    edge = max(abs(response) for step in STEPS for response in step.responses(kernel))
    words = f"{corner.words} gives up to {peaks[corner]}, an edge up to {edge}"
    return Evidence(peaks[corner] > edge, words, corner.around(kernel))


def _sharpens(kernel: Kernel) -> Evidence:
    constant = constant_evidence(kernel, lambda total: total == 1)
    if not constant.holds:
        return constant
    for step in (VERTICAL, HORIZONTAL):
        low, high = step.extremes(kernel)
        if low >= 0 or high <= 1:
            words = f"{step.words}, from 0 to 1, gives {low} to {high}: it is not exaggerated on both sides"
            return Evidence(False, words, step.around(kernel))
    return Evidence(True, f"an edge from 0 to 1 becomes one from {low} to {high}")


def _embosses(kernel: Kernel) -> Evidence:
    constant = constant_evidence(kernel, lambda total: total == 1)
    if not constant.holds:
        return constant
    for step in (VERTICAL, HORIZONTAL):
        low, high = step.extremes(kernel)
        if (low < 0) != (high > 1):
            return Evidence(True, f"{step.words}, from 0 to 1, gives {low} to {high}", step.around(kernel))
    return Evidence(False, "edges from 0 to 1 are exaggerated on both sides or on neither")


def _of_steps() -> Iterator[Effect]:
    for step, across in ACROSS.items():
        name = step.direction.replace(" ", "-")
        yield Effect(
            f"detects-{name}-edges",
            f"detects {step.direction} edges",
            f"plain areas and {across.direction} edges give 0, {step.direction} edges do not",
            partial(_detects, step=step, silent=across),
        )
        yield Effect(
            f"responds-to-{name}-edges",
            f"responds to {step.direction} edges",
            f"plain areas give 0, {step.direction} edges do not",
            partial(_responds, step=step),
        )
        yield Effect(
            f"detects-{name}-lines",
            f"detects {step.direction} lines",
            f"as detects-{name}-edges, and a line one pixel wide gives more than an edge",
            partial(_lines, step=step, silent=across),
        )
        yield Effect(
            f"responds-most-to-{name}-lines",
            f"responds most to {step.direction} lines",
            f"plain areas give 0, and a {step.direction} line one pixel wide gives more than one in another direction",
            partial(_prefers_lines, step=step),
        )


add_effects(
    *_of_steps(),
    Effect(
        "detects-edges",
        "detects edges in every direction",
        "plain areas give 0; vertical, horizontal and diagonal edges do not",
        partial(_detects_all, steps=STEPS),
    ),
    Effect("detects-corners", "detects corners", "plain areas give 0, and a corner gives more than any edge", _corners),
    Effect(
        "sharpens",
        "sharpens",
        "a constant image is unchanged; a vertical and a horizontal edge from 0 to 1 go below 0 and above 1",
        _sharpens,
    ),
    Effect(
        "embosses",
        "embosses",
        "a constant image is unchanged; a vertical or a horizontal edge from 0 to 1 goes above 1 or below 0, not both",
        _embosses,
    ),
)
