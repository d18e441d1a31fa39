"""The engine against torch, net by net."""

from __future__ import annotations

import json
import re

import pytest

from shapecalc import Builder, ShapecalcError, layers, parse
from shapecalc.algebra import Formula
from shapecalc.layers import REGISTRY
from shapecalc.pytorch import Check, Verification, verify
from tests.pytorch.samples import sample


@pytest.mark.parametrize("name", REGISTRY)
def test_every_layer_verifies(name: str):
    """On the meta device torch agrees on every shape, parameter, MAC and saved byte of every layer."""
    assert [row for row in verify(sample(name)).rows if not row.ok] == []


def test_what_is_compared_of_a_layer():
    """The output, each parameter by name, the work, and what autograd saves: the input of a batch of 2."""
    found = verify(parse("Conv2d(3, 4, 3)", input_shape=(3, 5, 5))).rows
    assert found == (
        Check("conv1", "output", (4, 3, 3), (4, 3, 3)),
        Check("conv1", "weight", (4, 3, 3, 3), (4, 3, 3, 3)),
        Check("conv1", "bias", (4,), (4,)),
        Check("conv1", "MACs", 972, 972),
        Check("conv1", "saved bytes", 2 * 75 * 4, 600),
    )


def test_what_torch_does_not_count_is_said():
    """The counter of torch passes over Bilinear, so its cell says so and nothing agrees in silence."""
    assert verify(sample("Bilinear")).rows[-2] == Check("bilinear1", "MACs", 60, None, counted=False)


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


def test_a_layer_that_forgets_what_it_saves_is_found(monkeypatch: pytest.MonkeyPatch):
    """A layer that declares no saved tensor does not verify."""
    monkeypatch.setattr(layers.Tanh, "saves", ())
    (different,) = [row for row in verify(parse("Linear(7, 4) Tanh()", input_shape=(7,))).rows if not row.ok]
    assert different == Check("activation1", "saved bytes", 0, 2 * 4 * 4)


def test_what_torch_chooses_to_save_is_within_a_bound():
    """More than the bound differs, less does not; the table has a sign for it."""
    low, high = (Check("lstm1", "saved bytes", 100, number, bound=True) for number in (90, 101))
    assert (low.ok, high.ok) == (True, False)
    assert "≤ 100" in str(Verification((low,)))


def test_each_memory_is_saved_once_and_only_for_an_output():
    """Two readers of one value, a value that no output needs, and a frozen layer in front."""
    builder = Builder((3, 8, 8))
    builder.add(layers.Conv2d(3, 3, 1), trainable=False)
    trunk = builder.add(layers.Conv2d(3, 4, 3))
    left = builder.add(layers.Conv2d(4, 4, 1), inputs=(trunk,))
    right = builder.add(layers.Conv2d(4, 4, 1), inputs=(trunk,))
    builder.add(layers.Sigmoid(), inputs=(trunk,))
    saved = {row.node: row for row in verify(builder.build(left, right)).rows if row.quantity == "saved bytes"}
    value = 2 * 4 * 6 * 6 * 4
    assert [row.torch for row in saved.values()] == [0, 2 * 3 * 64 * 4, value, 0, 0]
    assert all(row.ok for row in saved.values())


def test_a_layer_in_place_is_compared_as_it_is_built():
    """A built layer never writes over its input, so what it saves is a memory of its own."""
    net = parse("Conv2d(3, 4, 3) ReLU Dropout(inplace=True) Conv2d(4, 4, 3)", input_shape=(3, 9, 9))
    assert [row for row in verify(net).rows if not row.ok] == []


def test_a_norm_that_averages_over_all_batches_is_compared():
    """Training it needs a number that the meta device has not; what it saves does not depend on it."""
    row = verify(parse("BatchNorm2d(3, momentum=None)", input_shape=(3, 4, 4))).rows[-1]
    assert (row.quantity, row.counted, row.ok) == ("saved bytes", True, True)


@pytest.mark.parametrize(
    "layer", [layers.ChannelShuffle(1), layers.Scale(), layers.PixelShuffle(1), layers.Dropout(0.0)]
)
def test_a_layer_that_changes_nothing_is_compared(layer: layers.Layer):
    """Its output is a memory of its own where torch's is, on the CPU."""
    builder = Builder((4, 6, 6))
    value = builder.add(layers.Conv2d(4, 4, 1))
    builder.add(layers.Multiply(), inputs=(builder.add(layer, inputs=(value,)), value))
    assert [row for row in verify(builder.build()).rows if not row.ok] == []


def test_what_the_meta_device_saves_of_an_embedding_bag_is_not_compared():
    """Torch's CPU saves another table than its meta device."""
    assert not verify(sample("EmbeddingBag")).rows[-1].counted


def test_shared_weights_are_compared_where_they_are_used():
    """A node that shares weights is compared with its owner's module."""
    builder = Builder((4,))
    dense = layers.Linear(4, 4, bias=False)
    builder.chain(dense, dense)
    assert [row.quantity for row in verify(builder.build()).rows] == ["output", "weight", "MACs", "saved bytes"] * 2


def test_a_large_net_is_verified_without_memory():
    """A layer with 10^10 weights is compared at once."""
    assert verify(parse("Linear(100000, 100000)", input_shape=(100_000,))).ok


def test_the_text_ends_with_the_verdict():
    """The table's last line counts what was compared."""
    assert str(verify(sample("Bilinear"))).splitlines()[-1] == "All 4 comparisons agree. 1 not counted by torch."


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
    assert found["checks"][-2] == {
        "node": "bilinear1",
        "what": "MACs",
        "ours": 60,
        "torch": None,
        "bound": False,
        "ok": None,
    }


def test_what_the_engine_refuses_is_refused():
    """A net that is illegal is refused in the engine's words."""
    with pytest.raises(ShapecalcError, match=r"conv1: .*the kernel must fit"):
        verify(parse("Conv2d(3, 4, 9)", input_shape=(3, 5, 5)))


#: Nets that torch is not asked to run, with the refusal.
TOO_LARGE = {
    ("LSTM(8, 8, 2, bidirectional=True)", "800x8"): "lstm1: torch would take 3,200 steps up to here, and 3,000 are run",
    ("GRU(8, 8, 10**4)", "2x8"): "gru1: torch would take 20,000 steps up to here",
    ("Capsules(4, 4, 2, 4, 10**9)", "4x4"): "capsules1: torch would take 1,000,000,000 steps up to here",
    ("ReLU " * 3_001, "8"): "relu3001: torch would take 3,001 steps up to here",
    ("Linear(8, 10**18)", "8"): "linear1: the output of 2 inputs has 2,000,000,000,000,000,000 values",
    ("Linear(8, 10**30)", "8"): "linear1: the output of 2 inputs has about 10^30 values",
    ("Linear(10**9, 10**10)", "1000000000"): "linear1: weight has 10,000,000,000,000,000,000 values, and a tensor",
    ("ReLU", "x".join([f"{10**99}"] * 16)): "input: a batch of 2 has about 10^1584 values, and a tensor of torch has",
}


@pytest.mark.parametrize(("spec", "shape"), TOO_LARGE, ids=str)
def test_a_net_beyond_the_bounds_is_refused_before_torch_builds_it(
    spec: str, shape: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By counts alone, naming the layer, the bound and the number."""
    monkeypatch.setattr("shapecalc.pytorch.verification.build", None)
    monkeypatch.setattr("shapecalc.pytorch.verification.saved_by_torch", None)
    with pytest.raises(ShapecalcError, match="^" + re.escape(TOO_LARGE[spec, shape])):
        verify(parse(spec, input_shape=shape))
