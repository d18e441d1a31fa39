"""A domain as text: what is legal, and which layer asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.algebra import Name, evaluate

if TYPE_CHECKING:
    from shapecalc.measures.domain import Domain, Imposed

#: Conditions on several letters that the one line tells, and rows of the table below it.
TOLD, ROWS = 3, 40
_HEADERS = ("layer", "what it asks", "as a formula", "which holds for")
#: Stands for the letter of a condition, where conditions on several letters are the same.
_ANY = Name("\N{BULLET}")


def legal_text(domain: Domain) -> str:
    """The domain in one line: legal for H ≥ 10 and W ≥ 10."""
    return f"legal for {legal_inputs(domain)}"


def legal_inputs(domain: Domain) -> str:
    """What a net is legal for: H ≥ 10 and W ≥ 10."""
    if domain.conflict:
        names = list(dict.fromkeys(one.node for one in domain.conflict))
        several = f"{', '.join(names[:-1])} and {names[-1]} exclude each other" if len(names) > 1 else ""
        return f"no input: {several or f'no size meets what {names[0]} asks'}"
    if not domain.values:
        return "this input"
    sets = [allowed.text(letter) for letter, allowed in domain.values.items()]
    said = " and ".join(f"({text})" if " or " in text and len(sets) > 1 else text for text in sets)
    joint = list(dict.fromkeys(one.comparison for one in domain.joint))
    more = len(joint) - TOLD
    rest = [f"{more} more condition{' holds' if more == 1 else 's hold'}"] if more > 0 else []
    ties = " and ".join([*joint[:TOLD], *rest])
    return f"{said}{', where ' if ties else ''}{ties}"


def domain_text(domain: Domain) -> str:
    """The domain with a table of the conditions that make it; one row where several letters are asked the same."""
    from tabulate import tabulate  # 20 ms to import, and only for tables

    told = domain.conflict or (*domain.imposed, *domain.joint)
    if not told:
        return f"{legal_text(domain)}: every layer accepts {'every size' if domain.values else 'it'}"
    alike: dict[tuple[str, str], list[Imposed]] = {}
    for one in told:
        alike.setdefault((one.node, _pattern(one)), []).append(one)
    equal = ""
    if not domain.conflict and any(option.relation == "=" for one in domain.joint for option in one.condition.options):
        equal = _when_equal(domain)
    rows = [_cells(group) for group in alike.values()]
    table = tabulate(rows[:ROWS], headers=_HEADERS, disable_numparse=True)
    more = f"\n... and {len(rows) - ROWS} more (--json has them all)" if len(rows) > ROWS else ""
    return f"{legal_text(domain)}{equal}\n\n{table}{more}"


def _when_equal(domain: Domain) -> str:
    """What several letters may be together when they are equal."""
    found = domain.equal()
    letters = " = ".join(domain.values)
    return "" if found is None else f"\nwith {letters}: {found.text(letters.split(' = ')[-1])}"


def _pattern(one: Imposed) -> str:
    """What a condition asks, whatever its letter and axis are."""
    if not one.letter:
        return str(one)
    any_letter = {Name(one.letter): _ANY}
    sides = [
        f"{evaluate(option.left, any_letter)} {option.relation} {evaluate(option.right, any_letter)}"
        for option in one.condition.options
    ]
    return f"{_words(one)}: {sides}"


def _words(one: Imposed) -> str:
    """What a condition asks, whatever the axis."""
    return one.condition.words.rpartition(" along the ")[0] or one.condition.words


def _cells(group: list[Imposed]) -> tuple[str, str, str, str]:
    """One row for a condition on each of some letters, in the words for the last of them."""
    last = group[-1]
    letters = ", ".join(one.letter for one in group)
    allowed = "" if last.values is None else last.values.text(letters)
    words = _words(last) if len(group) > 1 else last.condition.words
    return last.node, words, last.comparison, allowed
