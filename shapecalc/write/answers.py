"""The answers about whole nets, as text: which inputs give an output, and which stay within a budget."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING

from shapecalc.layers import shape_text
from shapecalc.page.numbers import mebibytes
from shapecalc.page.numbers import thousands as count
from shapecalc.write.solutions import notes

if TYPE_CHECKING:
    from shapecalc.algebra.integers import Integers
    from shapecalc.solve.budgets import Budget
    from shapecalc.solve.inputs import Inputs


def _legal(case: Mapping[str, Integers]) -> str:
    sets = [values.text(letter) for letter, values in case.items()]
    return " and ".join(f"({one})" if " or " in one and len(sets) > 1 else one for one in sets)


def html(answer: object) -> str:
    """The text of an answer for a notebook."""
    return f"<pre>{escape(str(answer))}</pre>"


def inputs_text(inputs: Inputs) -> str:
    """The inputs that give an output: in one line, or as a table where two letters share one size."""
    net, wanted, output = inputs.form.report.net.input_text(), shape_text(inputs.wanted), inputs.form.output_shape
    lines = [
        ("output", shape_text(output) if len(output) > 1 else str(output[0])),
        ("legal", _legal(inputs.form.domain.values)),
    ]
    lines += [("where", one) for one in inputs.where]
    if not inputs.cases:
        lines += [("missed", f"{one.size} is never {one.wanted}") for one in inputs.missed]
        lines += [("nearest", f"{near.size} for {near.values.text(near.letter)}") for near in inputs.near]
        return f"{wanted} does not come out of {net}\n\n{notes(lines)}"
    if len(inputs.cases) == 1:
        return f"{wanted} comes out of {net} for {_legal(inputs.cases[0])}\n\n{notes(lines)}"
    from tabulate import tabulate

    rows = [[values.text(letter) for letter, values in case.items()] for case in inputs.cases]
    table = tabulate(rows, list(inputs.cases[0]), disable_numparse=True)
    return f"{wanted} comes out of {net} for\n\n{table}\n\n{notes(lines)}"


def budget_text(budget: Budget) -> str:
    """The numbers that meet a wish, with the measure at the edge and at the legal number next to it."""
    from tabulate import tabulate

    show = mebibytes if budget.measure == "memory" else count
    least = budget.is_field
    wish = f"{budget.measure} {'≥' if least else '≤'} {show(budget.limit)}"
    head = (
        f"{wish} for {budget.values.text(budget.letter)}" if budget.values else f"{wish} for no legal {budget.letter}"
    )
    names = ("smallest", "the one before") if least else ("largest", "the next one")
    reached = [(name, one) for name, one in zip(names, (budget.edge, budget.beyond), strict=True) if one is not None]
    rows = [(name if budget.edge else "nearest", count(one.value), show(one.amount)) for name, one in reached]
    table = tabulate(
        rows, ("", budget.letter, budget.measure), colalign=("left", "right", "right"), disable_numparse=True
    )
    lines = [("legal", budget.legal.text(budget.letter))]
    lines += [("where", one) for one in budget.where]
    lines += [(budget.measure, budget.parts)] if budget.parts else []
    if budget.last is not None:
        lines.append(("tried", f"only {budget.letter} up to {count(budget.last)}"))
    return "\n\n".join(filter(None, (head, table if rows else "", notes(lines))))
