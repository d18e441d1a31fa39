"""The names that a class says its formulas may use are those that have values when a formula is read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import Phase, find, given, settings

from shapecalc import ShapecalcError
from shapecalc.layers import REGISTRY, Layer
from shapecalc.layers.core.axiswise import Axiswise
from shapecalc.layers.core.conditions import axis_arguments
from shapecalc.layers.reshape import Patches
from tests.campaigns import examples
from tests.layers.case import Case
from tests.layers.strategies import CASES
from tests.narrow import present


def environments(layer: Layer, shapes: tuple[Any, ...]) -> Iterator[Mapping[str, Any]]:
    """Every environment in which a formula of the layer is read."""
    yield layer.bind(shapes)
    yield layer.work_env(shapes, layer.output_shape(shapes))
    yield from (env for *_, env in layer.steps(shapes))
    if not list(layer.parts(shapes)):  # the formulas of parts are read in theirs
        yield from (env for *_, env in layer.tensors())
    if isinstance(layer, Axiswise):
        image = layer.image(shapes[0]) if isinstance(layer, Patches) else shapes[0]
        yield from (env for _, env in layer.axis_envs(image))
        yield {"o": 0} if hasattr(type(layer), "reads") else {}


def legal(case: Case) -> Layer | None:
    """The layer of a case that it accepts; else None."""
    try:
        layer = REGISTRY[case.name](**case.arguments).resolve(case.shapes)
        layer.check(case.shapes)
    except ShapecalcError:
        return None
    return layer


@pytest.mark.parametrize("name", REGISTRY)
def test_what_a_class_gives_is_there(name: str):
    """No name is missing from the list and none stands in it in vain, whatever the arguments."""
    quick = settings(max_examples=500, phases=[Phase.generate])
    case = find(CASES[name], lambda case: legal(case) is not None, settings=quick)
    layer = present(legal(case))
    names = set().union(*environments(layer, case.shapes))
    assert names == layer.gives | layer.fields.keys()


@pytest.mark.parametrize("name", [name for name, cls in REGISTRY.items() if getattr(cls, "is_settled", False)])
def test_sizes_change_nothing_of_what_arguments_settle(name: str):
    """What is remembered along an axis stands in each environment, and windows and shared environments are right."""

    @examples(10, deep=250)
    @given(CASES[name])
    def agree(case: Case):
        layer = legal(case)
        if layer is None:
            return
        assert isinstance(layer, Axiswise)
        shape, settled = case.shapes[0], axis_arguments(layer.interned)
        for axis, (_, env) in enumerate(layer.axis_envs(shape)):
            assert settled[axis if len(settled) > 1 else 0].items() <= env.items()
            assert env == layer.axis_env(axis, env["W"], shape[0])
        steady = layer.steady_slides(len(shape) - layer.rank, layer.rank)
        assert steady in ((), layer.moved_slides(shape))

    agree()
