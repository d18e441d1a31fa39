"""The lines of a program, each with the shapes that it gives, and the verdict on the line that is wrong."""

from __future__ import annotations

from collections import defaultdict

from shapecalc.checking.verdict import CodeVerdict, FileCheck, NetworkCheck, Problem
from shapecalc.layers import shape_text
from shapecalc.web.fields import button
from shapecalc.web.markup import Markup, element, fragment

#: Of a longer program, only the lines so near to what is said of one are shown.
WHOLE, NEAR = 120, 4
_VERDICTS = {
    CodeVerdict.FINE: "It runs: every line fits.",
    CodeVerdict.WRONG: "It does not run.",
    CodeVerdict.UNKNOWN: "Whether it runs cannot be told.",
}


def program_markup(check: FileCheck, form: str) -> Markup:
    """A program with what is said of it.

    Args:
        check: the verdict.
        form: the id of the form that the buttons of the repairs submit.
    """
    verdict = element("p", "There is no network in it." if check.verdict is None else _VERDICTS[check.verdict],
                      class_=f"verdict {check.verdict or ''}")  # fmt: skip
    problems: dict[int, list[Markup]] = defaultdict(list)
    for place, problem in enumerate(check.findings()):
        problems[problem.line].append(_problem(problem, place, form))
    shapes: dict[int, str] = {}
    for network in check.networks:
        for result in network.results:
            shapes[result.line] = " and ".join(map(shape_text, result.shapes))
    shown = _shown(len(check.lines), {*problems, *shapes})
    lines = []
    before = 0
    for number in shown:
        if number > before + 1:
            lines.append(element("li", "…", class_="gap", aria_hidden="true"))
        before = number
        lines.append(_line(number, check.lines[number - 1], shapes.get(number, ""), problems.get(number, [])))
    rest = [finding for line, found in problems.items() if not 0 < line <= len(check.lines) for finding in found]
    return fragment(verdict, *[_inputs(network) for network in check.networks], *rest,
                    element("ol", *lines, class_="program", role="list"))  # fmt: skip


def _inputs(network: NetworkCheck) -> Markup:
    outputs = " and ".join("x".join(map(str, shape)) or "a number" for shape in network.outputs)
    words = f"{network.call or network.name}: input {' and '.join(network.inputs)}" if network.inputs else network.name
    fits = f"; takes {network.fits}" if network.fits else ""
    return element("p", f"{words}{f', output {outputs}' if outputs else ''}{fits}", class_="reading")


def _shown(count: int, noted: set[int]) -> list[int]:
    """The lines that are shown: all of them, or those near to a noted one."""
    if count <= WHOLE:
        return [*range(1, count + 1)]
    near = {line + step for line in noted for step in range(-NEAR, NEAR + 1)} or {*range(1, WHOLE)}
    return sorted(line for line in near if 0 < line <= count)


def _line(number: int, text: str, shape: str, problems: list[Markup]) -> Markup:
    code = element("code", text or " ")
    result = element("span", f"→ {shape}", class_="shape") if shape else ""
    return element("li", element("span", str(number), class_="place"), code, result, *problems,
                   class_="wrong" if problems else None)  # fmt: skip


def _problem(problem: Problem, place: int, form: str) -> Markup:
    repair = problem.repair
    change = button(repair.advice, name="fix", value=str(place), form=form, class_="repair") if repair else ""
    kind = "alarm" if problem.severity == "error" else "notice"
    return element("div", element("p", f"{problem.message} {problem.stop}".strip()), change, class_=kind)
