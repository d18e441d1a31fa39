"""Domains: exactly the inputs that the engine accepts, in words that name who asks."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import assume, given, settings

from shapecalc import ClosedForm, Net, ShapecalcError, closed_form, measure
from shapecalc.algebra import Name
from tests.nets.drawn import small_nets

LARGEST = 200


@given(net=small_nets(longest=8, least=4))
@settings(max_examples=150)
def test_form_and_domain_are_what_the_engine_does(net: Net) -> None:
    """Random chains and branching nets, merges included, at every size from 1 to 200."""
    assert _disagreements(net) == []


@pytest.mark.deep
def test_form_and_domain_of_many_nets(thorough: settings) -> None:
    """The same for thousands of nets."""

    @thorough
    @given(net=small_nets(longest=9, least=4))
    def agrees(net: Net) -> None:
        assert _disagreements(net) == []

    agrees()


def _disagreements(net: Net) -> list[tuple[dict[str, int], Any, Any]]:
    """Where form and engine differ: one letter runs, the others stay where the net is known to be legal."""
    ((depth, *sizes),) = net.inputs.values()
    letters = ["H", "W"][-len(sizes) :]
    here = dict(zip(letters, (size for size in sizes if isinstance(size, int)), strict=True))
    form = _form(net.with_input((depth, *map(Name, letters))))
    found = []
    for letter in letters:
        for number in range(1, LARGEST + 1):
            values = here | {letter: number}
            real = _output(net.with_input((depth, *values.values())))
            if form.at(**values) != real:
                found.append((values, form.at(**values), real))
    return found


def _form(net: Net) -> ClosedForm:
    try:
        return closed_form(net)
    except ShapecalcError as refused:
        assume("too large" not in str(refused) and "too many terms" not in str(refused))
        raise


def _output(net: Net) -> Any:
    try:
        return measure(net).output_shape
    except ShapecalcError:
        return None
