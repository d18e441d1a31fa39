"""The engine against torch, net by net."""

from __future__ import annotations

import json

import pytest

from shapecalc import Builder, ShapecalcError, layers, parse
from shapecalc.algebra import Formula
from shapecalc.layers import REGISTRY
from shapecalc.pytorch import Check, Verification, verify
from tests.pytorch.samples import sample


@pytest.mark.parametrize("name", REGISTRY)
def test_every_layer_verifies(name: str):
    """On the meta device torch agrees on every shape, parameter and MAC of every layer."""
    assert [row for row in verify(sample(name)).rows if not row.ok] == []


def test_what_is_compared_of_a_layer():
    """The output, each parameter by name, and the work."""
    found = verify(parse("Conv2d(3, 4, 3)", input_shape=(3, 5, 5))).rows
    assert found == (
        Check("conv1", "output", (4, 3, 3), (4, 3, 3)),
        Check("conv1", "weight", (4, 3, 3, 3), (4, 3, 3, 3)),
        Check("conv1", "bias", (4,), (4,)),
        Check("conv1", "MACs", 972, 972),
    )


def test_what_torch_does_not_count_is_said():
    """The counter of torch passes over Bilinear, so its cell says so and nothing agrees in silence."""
    assert verify(sample("Bilinear")).rows[-1] == Check("bilinear1", "MACs", 60, None, counted=False)


def test_a_formula_that_is_wrong_is_found(monkeypatch: pytest.MonkeyPatch):
    """A layer whose work formula is broken does not verify."""
    monkeypatch.setattr(layers.Linear, "macs", Formula(lambda in_features: in_features))
    (different,) = [row for row in verify(parse("Linear(7, 11)", input_shape=(7,))).rows if not row.ok]
    assert different == Check("linear1", "MACs", 7, 77)


def test_a_parameter_that_is_missing_is_found(monkeypatch: pytest.MonkeyPatch):
    """A layer that forgets its bias does not verify."""
    weight = {"weight": layers.Linear.parameters["weight"]}
    monkeypatch.setattr(layers.Linear, "parameters", weight)
    (different,) = [row for row in verify(parse("Linear(7, 13)", input_shape=(7,))).rows if not row.ok]
    assert different == Check("linear1", "bias", None, (13,))


def test_shared_weights_are_compared_where_they_are_used():
    """A node that shares weights is compared with its owner's module."""
    builder = Builder((4,))
    dense = layers.Linear(4, 4, bias=False)
    builder.chain(dense, dense)
    assert [row.quantity for row in verify(builder.build()).rows] == ["output", "weight", "MACs"] * 2


def test_a_large_net_is_verified_without_memory():
    """A layer with 10^10 weights is compared at once."""
    assert verify(parse("Linear(100000, 100000)", input_shape=(100_000,))).ok


def test_the_text_ends_with_the_verdict():
    """The table's last line counts what was compared."""
    assert str(verify(sample("Bilinear"))).splitlines()[-1] == "All 3 comparisons agree. 1 not counted by torch."


def test_the_text_marks_what_differs():
    """A disagreement is marked in its row and counted."""
    wrong = Verification((Check("conv1", "output", (1, 2), (1, 3)), Check("conv1", "bias", None, (1,))))
    assert str(wrong).splitlines()[2:] == [
        "conv1   output  1x2          1x3      differs",
        "conv1   bias    none         1        differs",
        "",
        "2 of 2 comparisons differ.",
    ]


def test_json_has_null_where_torch_does_not_count():
    """as_dict is JSON, with null for what could not be compared."""
    found = json.loads(json.dumps(verify(sample("Bilinear")).as_dict()))
    assert found["checks"][-1] == {"node": "bilinear1", "what": "MACs", "ours": 60, "torch": None, "ok": None}


def test_what_the_engine_refuses_is_refused():
    """A net that is illegal is refused in the engine's words."""
    with pytest.raises(ShapecalcError, match=r"conv1: .*the kernel must fit"):
        verify(parse("Conv2d(3, 4, 9)", input_shape=(3, 5, 5)))
