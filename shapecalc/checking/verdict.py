"""What a check finds: the verdict on a file, on each of its networks, and the problems, as data."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, NamedTuple, final

from shapecalc.layers import Layer, Shape


class CodeVerdict(StrEnum):
    """Whether a network runs."""

    FINE = "fine"
    WRONG = "wrong"
    UNKNOWN = "unknown"

    @property
    def status(self) -> int:
        """The exit status of a command with this verdict."""
        return {CodeVerdict.FINE: 0, CodeVerdict.WRONG: 1, CodeVerdict.UNKNOWN: 3}[self]


def worst(verdicts: list[CodeVerdict]) -> CodeVerdict | None:
    """The worst of several verdicts: wrong, then unknown, then fine; None of none."""
    order = (CodeVerdict.WRONG, CodeVerdict.UNKNOWN, CodeVerdict.FINE)
    return min(verdicts, key=order.index, default=None)


@final
@dataclass(frozen=True)
class Repair:
    """A change of a line: the text ``old`` from a column on becomes ``new``."""

    line: int
    column: int
    old: str
    new: str

    @property
    def end(self) -> tuple[int, int]:
        """The line and the column behind the old text."""
        lines = self.old.split("\n")
        return self.line + len(lines) - 1, (self.column if len(lines) == 1 else 1) + len(lines[-1])

    @property
    def advice(self) -> str:
        """The change as a sentence."""
        return f"Write {self.new} instead of {self.old} on line {self.line}."


@final
@dataclass(frozen=True)
class Problem:
    """A mistake.

    Attributes:
        code: its kind.
        severity: "error" or "warning".
        line: the line that is wrong as written.
        column: where on it, from 1 on.
        stops_at: the line at which torch stops.
        message: what is wrong, with the numbers.
        repair: the change that mends it, which was tried.
    """

    code: str
    severity: str
    line: int
    column: int
    stops_at: int
    message: str
    repair: Repair | None = None

    @property
    def stop(self) -> str:
        """Where torch stops, as a sentence; "" where it is the line that is wrong."""
        return f"torch stops at line {self.stops_at}." if self.stops_at != self.line else ""

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        repair = None if self.repair is None else vars(self.repair)
        return {**vars(self), "repair": repair}


@final
class LineResult(NamedTuple):
    """What a line of forward gives.

    Attributes:
        line: the line, of the file itself.
        shapes: the shapes of its tensors, with the batch.
        layers: the layers that run on it: the name of each, the layer, and the shape of its input without the batch.
    """

    line: int
    shapes: tuple[Shape, ...]
    layers: tuple[tuple[str, Layer, Shape], ...] = ()


@final
@dataclass(frozen=True)
class NetworkCheck:
    """The verdict on one network of a file.

    Attributes:
        name: its class.
        call: the call that builds it.
        line: where the class stands.
        inputs: the shapes of its inputs, without the batch, as text.
        inputs_from: "option", "call" or "inferred".
        outputs: the shapes that come out, without the batch.
        layers: the layers that run, in order.
        unknown: what could not be followed, each with its line.
        results: what the lines of forward give, in the order in which they run.
        letters: the shapes of inputs that are inferred, with letters for sizes that the code leaves open.
        domain: which inputs are legal, as JSON, where they are inferred; None where that is not known.
        fits: the same in words.
        chosen: the arguments of the call that the file gives nowhere, so that their values were chosen.
    """

    name: str
    call: str
    line: int
    verdict: CodeVerdict
    inputs: tuple[str, ...] = ()
    inputs_from: str = ""
    outputs: tuple[list[Any], ...] = ()
    parameters: int | None = None
    layers: tuple[Mapping[str, Any], ...] = ()
    problems: tuple[Problem, ...] = ()
    unknown: tuple[tuple[int, str], ...] = ()
    letters: tuple[Shape, ...] = ()
    domain: Mapping[str, Any] | None = None
    fits: str = ""
    results: tuple[LineResult, ...] = ()
    chosen: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "class": self.name,
            "call": self.call,
            "chosen": [*self.chosen],
            "line": self.line,
            "verdict": self.verdict,
            "inputs": [*self.inputs],
            "inputs_from": self.inputs_from,
            "outputs": [*self.outputs],
            "parameters": self.parameters,
            "layers": [dict(layer) for layer in self.layers],
            "problems": [problem.as_dict() for problem in self.problems],
            "unknown": [{"line": line, "construct": construct} for line, construct in self.unknown],
        } | ({"domain": self.domain} if self.inputs_from == "inferred" else {})


#: The code of what could not be followed.
UNKNOWN = "unknown"
#: How a line of a file leaves out warnings on it.
_IGNORE = re.compile(r"#\s*shapecalc:\s*ignore\[([^\]]*)\]")


@final
@dataclass(frozen=True)
class FileCheck:
    """The verdict on a file; None for one without a network."""

    file: str
    verdict: CodeVerdict | None
    networks: tuple[NetworkCheck, ...] = ()
    problems: tuple[Problem, ...] = ()
    lines: tuple[str, ...] = ()
    cells: tuple[int, ...] = ()

    def place(self, line: int) -> str:
        """A line in words: in a notebook as that of a code cell, counted from 1."""
        cell = sum(start <= line for start in self.cells)
        return f"cell {cell}, line {line - self.cells[cell - 1] + 1}" if cell else f"line {line}"

    def findings(self) -> Iterator[Problem]:
        """Every problem, and what could not be followed as notes; those of no line have the line 0."""
        yield from self.problems
        for network in self.networks:
            yield from network.problems
            for line, construct in network.unknown if network.verdict is CodeVerdict.UNKNOWN else ():
                yield Problem(UNKNOWN, "note", line, 1, line, f"Cannot tell: {construct}.")

    def without(self, ignored: Collection[str]) -> FileCheck:
        """Without the warnings of some codes, and those on lines that say ``# shapecalc: ignore[code]``."""
        networks = tuple(
            [
                replace(
                    each, problems=tuple([problem for problem in each.problems if self._is_shown(problem, ignored)])
                )
                for each in self.networks
            ]
        )
        return replace(self, networks=networks)

    def _is_shown(self, problem: Problem, ignored: Collection[str]) -> bool:
        if problem.severity != "warning":
            return True
        line = self.lines[problem.line - 1] if problem.line <= len(self.lines) else ""
        codes = _IGNORE.search(line)
        return problem.code not in ignored and not (codes and problem.code in codes.group(1).replace(",", " ").split())

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        networks = [network.as_dict() for network in self.networks]
        problems = {"problems": [problem.as_dict() for problem in self.problems]} if self.problems else {}
        return {"file": self.file, "verdict": self.verdict, "networks": networks, **problems}
