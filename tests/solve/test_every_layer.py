"""Every layer with a letter for one of its sizes or arguments: the form at a number is the layer at that number."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from shapecalc import Net, Node, ShapecalcError, closed_form, measure
from shapecalc.algebra import Name
from shapecalc.layers import REGISTRY, Layer
from tests.campaigns import examples
from tests.layers.case import Case, layer_of
from tests.layers.strategies import CASES

N = Name("N")
LARGEST = 14
#: Arguments that say which dimension is meant; no letter can.
PLACES = ("dim", "dim0", "dim1", "start_dim", "end_dim")
#: What a layer says to a letter for which it has no formula: a size that floating point rounds, or a dimension.
NEEDS_NUMBER = ("needs a number", "must be a number", "a letter cannot say")


def _whole(cls: type[Layer]) -> list[str]:
    """The arguments for which a letter may stand: whole numbers that do not say which dimension is meant."""
    takes_letter = [name for name, field in cls.fields.items() if field.kind.read(N, cls.rank) is not NotImplemented]
    return [name for name in takes_letter if name not in PLACES]


def _net(case: Case, shapes: tuple[Any, ...], layer: Any = None) -> Net:
    inputs = {f"input{place}": shape for place, shape in enumerate(shapes)}
    return Net(inputs, (Node("layer", layer or layer_of(case), tuple(inputs)),))


def _replaced(shapes: tuple[Any, ...], where: set[tuple[int, int]], size: Any) -> tuple[Any, ...]:
    return tuple(
        tuple(size if (i, d) in where else old for d, old in enumerate(shape)) for i, shape in enumerate(shapes)
    )


def _at(make: Callable[[Any], Net], number: int) -> Any:
    try:
        return measure(make(number)).output_shape
    except ShapecalcError:
        return None


def _disagreements(make: Callable[[Any], Net], least: int) -> list[tuple[int, Any, Any]]:
    """The numbers at which the form of the net with a letter is not what the net with the number gives."""
    real = {number: _at(make, number) for number in range(least, LARGEST)}
    try:
        form = closed_form(make(N))
    except ShapecalcError as refused:
        assume(not any(words in str(refused) for words in NEEDS_NUMBER))
        return [(number, str(refused), one) for number, one in real.items() if one is not None]
    ours = {number: form.at(N=number) for number in real}
    return [(number, ours[number], one) for number, one in real.items() if ours[number] != one]


@pytest.mark.parametrize("name", [name for name, cls in REGISTRY.items() if cls.arity[1]])
def test_a_layer_with_a_size_for_a_letter(name: str) -> None:
    """Any dimension of its inputs; of several inputs, that dimension of one or of all."""

    @examples(10, deep=1_250)
    @given(CASES[name], st.data())
    def agrees(case: Case, data: st.DataObject) -> None:
        places = [(i, d) for i, shape in enumerate(case.shapes) for d in range(len(shape))]
        assume(places)
        _, dim = place = data.draw(st.sampled_from(places))
        everywhere = {(i, d) for i, d in places if d == dim}
        where = data.draw(st.sampled_from([{place}, everywhere]))
        try:
            layer_of(case)
        except ShapecalcError:
            assume(False)
        assert _disagreements(lambda size: _net(case, _replaced(case.shapes, where, size)), 1) == []

    agrees()


@pytest.mark.parametrize("name", [name for name, cls in REGISTRY.items() if _whole(cls)])
def test_a_layer_with_an_argument_for_a_letter(name: str) -> None:
    """Any whole-numbered argument."""

    @examples(10, deep=1_250)
    @given(CASES[name], st.sampled_from(_whole(REGISTRY[name])))
    def agrees(case: Case, key: str) -> None:
        def make(value: Any) -> Net:
            return _net(case, case.shapes, layer_of(Case(name, case.arguments | {key: value}, case.shapes, case.lazy)))

        try:
            make(N)
        except ShapecalcError:
            assume(False)
        assert _disagreements(make, 0) == []

    agrees()
