"""The page of a domain: what is legal in one line, and which layer requires it."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import TYPE_CHECKING

from shapecalc.algebra import Name, evaluate
from shapecalc.algebra.comparison import Relation
from shapecalc.page import Cell, Column, Lines, Page, Table

if TYPE_CHECKING:
    from shapecalc.algebra.integers import Integers
    from shapecalc.measures.domain import Domain
    from shapecalc.measures.domain_solver import LayerCondition

#: Conditions on several letters that the sentence names, and rows of the table.
_NAMED, _ROWS = 3, 40
_COLUMNS = (
    Column("layer", least=12),
    Column("what it requires", least=24),
    Column("as a formula", least=16),
    Column("which holds for", least=16),
)
#: Stands for the letter of a condition, where conditions on several letters are the same.
_ANY_LETTER = Name("\N{BULLET}")


def sentence(domain: Domain) -> str:
    """What a net is legal for: H ≥ 10 and W ≥ 10."""
    if domain.conflict:
        return f"no input: {_conflict(domain)}"
    if not domain.values:
        return "this input"
    sets = values_text(domain.values)
    ties = list(dict.fromkeys(condition.comparison for condition in domain.multi_letter))
    excess = len(ties) - _NAMED
    unnamed = [f"{excess} more condition{' holds' if excess == 1 else 's hold'}"] if excess > 0 else []
    clause = " and ".join([*ties[:_NAMED], *unnamed])
    return f"{sets}, where {clause}" if clause else sets


def values_text(values: Mapping[str, Integers]) -> str:
    """The numbers that letters may stand for, in words: H ≥ 10 and (W = 3 or W ≥ 10)."""
    texts = [numbers.text(letter) for letter, numbers in values.items()]
    return " and ".join(f"({text})" if " or " in text and len(texts) > 1 else text for text in texts)


def _conflict(domain: Domain) -> str:
    names = list(dict.fromkeys(condition.node for condition in domain.conflict))
    if len(names) == 1:
        return f"no size meets what {names[0]} requires"
    return f"{', '.join(names[:-1])} and {names[-1]} exclude each other"


def domain_page(domain: Domain, heading: str) -> Page:
    """The domain with a table of the conditions that make it.

    Args:
        domain: the domain.
        heading: a line above it, or "".
    """
    legal = f"legal for {sentence(domain)}"
    conditions = domain.conflict or (*domain.conditions, *domain.multi_letter)
    if not conditions:
        legal += f": every layer accepts {'every size' if domain.values else 'it'}"
        return Page((Lines(tuple(filter(None, (heading, legal)))),))
    rows = [_row(group) for group in _grouped(conditions)]
    excess = len(rows) - _ROWS
    omitted = f"... and {excess} more (--json has them all)" if excess > 0 else ""
    lines = tuple(filter(None, (heading, legal, _when_equal(domain))))
    return Page((Lines(lines), Table(_COLUMNS, tuple(rows[:_ROWS]), omitted)))


def _when_equal(domain: Domain) -> str:
    """What several letters may be together when they are equal, where an equation ties them."""
    relations = {option.relation for condition in domain.multi_letter for option in condition.condition.options}
    values = None if domain.conflict or Relation.EQUAL not in relations else domain.equal()
    letters = list(domain.values)
    return "" if values is None else f"with {' = '.join(letters)}: {values.text(letters[-1])}"


def _grouped(conditions: Sequence[LayerCondition]) -> list[list[LayerCondition]]:
    """The conditions, those together that a layer imposes alike on several letters."""
    groups: dict[Hashable, list[LayerCondition]] = {}
    for condition in conditions:
        groups.setdefault((condition.node, _pattern(condition)), []).append(condition)
    return list(groups.values())


def _pattern(condition: LayerCondition) -> Hashable:
    """What a condition requires, whatever its letter and axis are."""
    if not condition.letter:
        return condition.condition
    letter = {Name(condition.letter): _ANY_LETTER}
    sides = [
        (evaluate(option.left, letter), option.relation, evaluate(option.right, letter))
        for option in condition.condition.options
    ]
    return condition.condition.words, tuple(sides)


def _row(group: list[LayerCondition]) -> tuple[Cell, ...]:
    """A condition on each of some letters, in the words for the last of them."""
    last = group[-1]
    letters = ", ".join(condition.letter for condition in group)
    values = "" if last.values is None else last.values.text(letters)
    words = last.condition.words if len(group) > 1 else str(last.condition)
    return last.node, words, last.comparison, values
