"""The problems of files in the formats of others: GitHub's workflow commands, and SARIF 2.1.0."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import PurePath
from typing import Any

from shapecalc.checking.codes import CODES
from shapecalc.checking.verdict import UNKNOWN, FileCheck, Problem, Repair


def github_commands(checks: Iterable[FileCheck]) -> Iterator[str]:
    """Workflow commands, with which GitHub shows each problem beside its line.

    Source: GitHub's documentation of workflow commands, "Setting an error message".
    """
    for check, problem in _findings(checks):
        level = {"error": "error", "warning": "warning"}.get(problem.severity, "notice")
        places = f"file={_property(check.file)},line={max(1, problem.line)},col={problem.column}"
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
    results = [_result(check, problem) for check, problem in _findings(checks)]
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
        result["fixes"] = [{"description": {"text": problem.repair.advice}, "artifactChanges": [change]}]
    return result


def _replacement(repair: Repair) -> dict[str, Any]:
    line, column = repair.end
    region = {"startLine": repair.line, "startColumn": repair.column, "endLine": line, "endColumn": column}
    return {"deletedRegion": region, "insertedContent": {"text": repair.new}}


def _message(problem: Problem) -> str:
    advice = problem.repair.advice if problem.repair is not None else ""
    return " ".join(filter(None, (problem.message, problem.stop, advice)))


def _findings(checks: Iterable[FileCheck]) -> Iterator[tuple[FileCheck, Problem]]:
    return ((check, problem) for check in checks for problem in check.findings())
