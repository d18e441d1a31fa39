"""The page of a check: the verdict on each network, and each problem with the line on which it stands."""

from __future__ import annotations

from collections.abc import Iterator

from shapecalc.checking.verdict import CodeVerdict, FileCheck, NetworkCheck, Problem
from shapecalc.page import Lines, Page

#: How many things that could not be followed are listed.
LISTED = 5
#: The most characters of a line of source that are shown.
WIDEST = 160


def page(check: FileCheck) -> Page:
    """The verdict on a file as a page."""
    if check.verdict is None:
        return Page((Lines((f"{check.file}: no network",)),))
    blocks = [Lines((f"{check.file}: {check.verdict}", *_problem(check, problem))) for problem in check.problems]
    blocks += [Lines((*_heading(check, network), *_details(check, network))) for network in check.networks]
    return Page(tuple(blocks))


def _heading(check: FileCheck, network: NetworkCheck) -> Iterator[str]:
    count = sum(problem.severity == "warning" for problem in network.problems)
    warnings = f", {count} warning{'s' * (count > 1)}" if count else ""
    yield f"{check.file}: {network.call or network.name}: {network.verdict}{warnings}"
    origin = {"option": "", "call": " (from a call in the file)", "inferred": " (inferred)"}.get(
        network.inputs_from, ""
    )
    if network.inputs:
        shapes = " and ".join(network.inputs)
        outputs = " and ".join("x".join(map(str, shape)) or "a number" for shape in network.outputs)
        yield f"  input {shapes}{origin}" + (f", output {outputs}" if outputs else "")
    if network.chosen:
        yield f"  chosen {' and '.join(network.chosen)}: the file gives no value; give others with --call"
    if network.fits:
        yield f"  takes {network.fits}"


def _details(check: FileCheck, network: NetworkCheck) -> Iterator[str]:
    for problem in network.problems:
        yield from _problem(check, problem)
    if network.verdict is CodeVerdict.UNKNOWN:
        for line, construct in network.unknown[:LISTED]:
            yield f"  cannot tell: {check.place(line)}, {construct}" if line else f"  cannot tell: {construct}"
        if len(network.unknown) > LISTED:
            yield f"  and {len(network.unknown) - LISTED} more"


def _problem(check: FileCheck, problem: Problem) -> Iterator[str]:
    kind = f"warning, {problem.code}" if problem.severity == "warning" else problem.code
    yield f"  {check.place(problem.line)}, {kind}: {problem.message}" if problem.line else f"  {problem.message}"
    if 0 < problem.line <= len(check.lines):
        yield from _marked(check.lines[problem.line - 1], problem.column)
    if problem.stop:
        yield f"  {_placed(check, problem.stop, problem.stops_at)}"
    if problem.repair is not None:
        yield f"  {_placed(check, problem.repair.advice, problem.repair.line)}"


def _marked(text: str, column: int) -> Iterator[str]:
    """A line of source with a mark below a column; of a very long one, the part around it."""
    indent = len(text) - len(text.lstrip())
    start = max(indent, column - 1 - WIDEST // 2) if len(text.strip()) > WIDEST else indent
    part = text[start : start + WIDEST].rstrip()
    dots = "…" * (start > indent)
    yield f"    {dots}{part}{'…' * (len(text.rstrip()) > start + WIDEST)}"
    yield f"    {' ' * max(0, len(dots) + column - 1 - start)}^"


def _placed(check: FileCheck, sentence: str, line: int) -> str:
    """A sentence that ends with a line, with its place in a notebook."""
    return sentence.removesuffix(f"line {line}.") + f"{check.place(line)}."
