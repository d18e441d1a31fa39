"""Random expressions for hypothesis to draw: as (tree, plain function of the same operators)."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any

from hypothesis import strategies as st

from shapecalc.algebra import Int, Name, ceildiv, maximum, minimum

LETTERS = ("W", "F", "S", "P", "kernel_size", "K")

#: What every operator of the closed set does, to trees and to numbers alike.
OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "//": operator.floordiv,
    "ceildiv": ceildiv,
    "min": minimum,
    "max": maximum,
}

#: An expression before it is anything: a number, a letter, or an operator with its two sides.
Plan = int | str | tuple[str, Any, Any]

plans: st.SearchStrategy[Plan] = st.recursive(
    st.one_of(st.integers(-4, 9), st.sampled_from(LETTERS)),
    lambda inner: st.tuples(st.sampled_from(tuple(OPERATORS)), inner, inner),
    max_leaves=14,
)

values = st.fixed_dictionaries({letter: st.integers(-6, 40) for letter in LETTERS})


@st.composite
def single_use_plans(draw: Any) -> Plan:
    """Expressions in which each letter stands at most once."""
    left = list(draw(st.permutations(LETTERS)))

    def grow(depth: int) -> Plan:
        kind = draw(st.sampled_from(("letter", "number", *OPERATORS))) if depth else "letter"
        if kind == "number" or not left:
            return draw(st.integers(-4, 9))
        if kind == "letter":
            return left.pop()
        return kind, grow(depth - 1), grow(depth - 1)

    return grow(4)


def read(plan: Plan, known: Mapping[str, Int]) -> Int:
    """The plan with these values (numbers, names or trees) for its letters.

    Raises:
        ZeroDivisionError: a divisor is 0.
    """
    if isinstance(plan, str):
        return known[plan]
    if isinstance(plan, int):
        return plan
    sign, left, right = plan
    return OPERATORS[sign](read(left, known), read(right, known))


def tree(plan: Plan) -> Int:
    """The plan as a tree of names."""
    return read(plan, {letter: Name(letter) for letter in LETTERS})


def or_zero_division(compute: Callable[[], Any]) -> Any:
    """What is computed, or the word that says that it cannot be."""
    try:
        return compute()
    except ZeroDivisionError:
        return "division by 0"
