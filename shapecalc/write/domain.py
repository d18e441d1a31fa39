"""A domain as text: what is legal, and which layer asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tabulate import tabulate

if TYPE_CHECKING:
    from shapecalc.solve.domain import Domain


def legal_text(domain: Domain) -> str:
    """The domain in one line: legal for H ≥ 10, W ≥ 10."""
    if domain.conflict:
        return "legal for no input"
    sets = " and ".join(_grouped(text) for text in (allowed.text(letter) for letter, allowed in domain.values.items()))
    ties = " and ".join(one.comparison for one in domain.joint)
    return f"legal for {sets}{', where ' if ties else ''}{ties}"


def _grouped(text: str) -> str:
    return f"({text})" if " or " in text else text


def domain_text(domain: Domain) -> str:
    """The domain with a table of the conditions that make it."""
    lines = [legal_text(domain)]
    if domain.conflict:
        lines += ["", "These conditions exclude each other:"]
    rows = [
        (one.node, one.condition.words, one.comparison, one.values.text(one.letter) if one.values else "")
        for one in domain.conflict or (*domain.imposed, *domain.joint)
    ]
    if rows:
        lines += ["", tabulate(rows, headers=("layer", "what it asks", "as a formula", "for"), disable_numparse=True)]
    return "\n".join(lines)
