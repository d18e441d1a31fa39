"""The problems of files in the formats of others: GitHub's workflow commands, and SARIF 2.1.0."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import PurePath
from typing import Any

from shapecalc.checking.codes import CODES
from shapecalc.checking.verdict import CodeVerdict, FileCheck, Problem, Repair

#: The code of what could not be followed.
UNKNOWN = "unknown"


def github_commands(checks: Iterable[FileCheck]) -> Iterator[str]:
    """Workflow commands, with which GitHub shows each problem beside its line.

    Source: GitHub's documentation of workflow commands, "Setting an error message".
    """
    for check, problem in _problems(checks):
        level = {"error": "error", "warning": "warning"}.get(problem.severity, "notice")
        places = f"file={_property(check.file)},line={problem.line},col={problem.column}"
        yield f"::{level} {places},title={_property(problem.code)}::{_data(_message(problem))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def sarif(checks: Iterable[FileCheck], version: str) -> dict[str, Any]:
    """A log in SARIF 2.1.0, the format of code scanners.

    Args:
        checks: the verdicts.
        version: of this library.
    """
    results = [_result(check, problem) for check, problem in _problems(checks)]
    codes = sorted({result["ruleId"] for result in results})
    texts = {**CODES, UNKNOWN: "Something in the network could not be followed."}
    rules = [{"id": code, "shortDescription": {"text": texts[code]}} for code in codes]
    driver = {"name": "shapecalc", "version": version, "rules": rules}
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    schema = "https://json.schemastore.org/sarif-2.1.0.json"
    return {"$schema": schema, "version": "2.1.0", "runs": [run]}


def _result(check: FileCheck, problem: Problem) -> dict[str, Any]:
    artifact = {"uri": PurePath(check.file).as_posix()}
    region = {"startLine": max(1, problem.line), "startColumn": max(1, problem.column)}
    result: dict[str, Any] = {
        "ruleId": problem.code,
        "level": problem.severity,
        "message": {"text": _message(problem)},
        "locations": [{"physicalLocation": {"artifactLocation": artifact, "region": region}}],
    }
    if problem.repair is not None:
        change = {"artifactLocation": artifact, "replacements": [_replacement(problem.repair)]}
        result["fixes"] = [{"description": {"text": _advice(problem.repair)}, "artifactChanges": [change]}]
    return result


def _replacement(repair: Repair) -> dict[str, Any]:
    lines = repair.old.split("\n")
    start = repair.column if len(lines) == 1 else 1
    region = {
        "startLine": repair.line,
        "startColumn": repair.column,
        "endLine": repair.line + len(lines) - 1,
        "endColumn": start + len(lines[-1]),
    }
    return {"deletedRegion": region, "insertedContent": {"text": repair.new}}


def _advice(repair: Repair) -> str:
    return f"Write {repair.new} instead of {repair.old} on line {repair.line}."


def _message(problem: Problem) -> str:
    stop = f" torch stops at line {problem.stops_at}." if problem.stops_at != problem.line else ""
    return problem.message + stop + (f" {_advice(problem.repair)}" if problem.repair is not None else "")


def _problems(checks: Iterable[FileCheck]) -> Iterator[tuple[FileCheck, Problem]]:
    """Every problem of every file, and what could not be followed as a note."""
    for check in checks:
        for problem in check.problems:
            yield check, problem
        for network in check.networks:
            for problem in network.problems:
                yield check, problem
            for line, construct in network.unknown if network.verdict is CodeVerdict.UNKNOWN else ():
                yield check, Problem(UNKNOWN, "note", max(1, line), 1, max(1, line), f"Cannot tell: {construct}.")
