"""Each code of a problem: what has it and what has not, beside torch."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from shapecalc.checking import check
from shapecalc.checking.codes import CODES, ERRORS, WARNINGS
from shapecalc.checking.verdict import CodeVerdict, FileCheck
from tests.checking.problem_examples import EXAMPLES

SOURCES = Path(__file__).parents[2] / "shapecalc"


def _codes(result: FileCheck) -> list[str]:
    return [each.code for each in (*result.problems, *[p for net in result.networks for p in net.problems])]


def test_every_code_has_an_example() -> None:
    """And every code that is raised has its meaning."""
    assert EXAMPLES.keys() == CODES.keys()
    rooms = (SOURCES / "checking", SOURCES / "formats")  # lint has codes of its own, of quizzes
    text = "\n".join(path.read_text(encoding="utf-8") for room in rooms for path in room.rglob("*.py"))
    raised = re.findall(r'(?:Fault|misnamed|remark|problem|Problem)\(\s*"([a-z-]+)",', text)
    assert CODES.keys() == {*raised}


@pytest.mark.parametrize("code", ERRORS)
def test_an_error(code: str) -> None:
    """The wrong file has it alone, the right one has none."""
    example = EXAMPLES[code]
    wrong = check(example.source(example.wrong), inputs=[example.input])
    assert (wrong.verdict, {*_codes(wrong)}) == (CodeVerdict.WRONG, {code})
    right = check(example.source(example.right), inputs=[example.input])
    assert (right.verdict, _codes(right)) == (CodeVerdict.FINE, [])


@pytest.mark.parametrize("code", WARNINGS)
def test_a_warning(code: str) -> None:
    """Both files are fine, one with it and one without."""
    example = EXAMPLES[code]
    wrong = check(example.source(example.wrong), inputs=[example.input])
    assert (wrong.verdict, _codes(wrong)) == (CodeVerdict.FINE, [code])
    right = check(example.source(example.right), inputs=[example.input])
    assert (right.verdict, _codes(right)) == (CodeVerdict.FINE, [])


@pytest.mark.parametrize("code", WARNINGS)
def test_a_warning_is_switched_off(code: str) -> None:
    """By its code, or on its line."""
    example = EXAMPLES[code]
    source = example.source(example.wrong)
    result = check(source, inputs=[example.input])
    assert _codes(result.without({code})) == []
    lines = list(result.lines)
    (problem,) = result.networks[0].problems
    lines[problem.line - 1] += f"  # shapecalc: ignore[{code}]"
    assert _codes(check(type(source)("net.py", "\n".join(lines)), inputs=[example.input]).without(())) == []


@pytest.mark.torch
@pytest.mark.parametrize("code", ERRORS)
def test_torch_refuses_what_is_wrong(code: str) -> None:
    """And runs what is right; a view that joins the batch runs, but gives another batch."""
    import torch  # noqa: PLC0415

    example = EXAMPLES[code]
    for part, runs in ((example.wrong, False), (example.right, True)):
        scope: dict[str, object] = {}
        try:
            exec(compile(example.source(part).text, "net.py", "exec"), scope)  # noqa: S102  our own text
            output = scope["Net"]()(torch.zeros(3, *example.input))  # type: ignore[operator]
            ran = len(output) == 3
        except Exception:  # noqa: BLE001  of any kind
            ran = False
        assert ran is runs, part
