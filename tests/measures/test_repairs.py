"""Repairs: what is offered mends the net, and is the smallest change that does."""

from __future__ import annotations

import pickle
import re
from unittest.mock import Mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shapecalc import Net, Node, ShapeError, measure, parse
from shapecalc.algebra import Name
from shapecalc.formats.document.loading import loads
from shapecalc.layers import LayerNorm2d
from shapecalc.measures.repairs import repairs
from shapecalc.measures.sizes import walk
from tests.campaigns import examples
from tests.narrow import integer

CASES = {
    ("Conv2d(3, 4, 3)", "3x2x2"): ("padding=1", "kernel_size=2", "input 3x3x3"),
    ("Conv2d(3, 4, 3) Linear(7, 2)", "3x8x8"): ("Flatten() before it with in_features=144", "in_features=6"),
    ("Conv2d(3, 4, 3) Flatten Linear(7, 2)", "3x8x8"): ("in_features=144",),
    ("Conv2d(4, 4, 3)", "3x8x8"): ("in_channels=3",),
    ("MaxPool2d(2) MaxPool2d(2) MaxPool2d(2) MaxPool2d(2)", "3x8x8"): ("padding=1", "kernel_size=1", "input 3x16x16"),
    ("PixelUnshuffle(4)", "3x6x6"): ("input 3x4x4", "input 3x8x8"),
    ("GroupNorm(4, 6)", "6x8x8"): ("num_groups=3",),
    ("Conv2d(3, 4, 5000)", "3x8x8"): ("padding=2496", "input 3x5000x5000"),
}


@pytest.mark.parametrize("case", CASES)
def test_the_repairs_of_a_chain(case):
    """The smallest changes, nearest first."""
    spec, shape = case
    with pytest.raises(ShapeError) as refused:
        measure(parse(spec, input_shape=shape))
    assert refused.value.repairs == CASES[case]


def test_a_missing_flatten_is_found():
    """A Linear that reads an image as it was meant to read its values."""
    with pytest.raises(ShapeError, match=r"Try Flatten\(\) before it, or in_features=6\.$"):
        measure(parse("Conv2d(3, 4, 3) Linear(144, 2)", input_shape="3x8x8"))


@examples(40, deep=800)
@given(st.integers(1, 12), st.integers(1, 30), st.integers(1, 3), st.integers(1, 3))
def test_every_repair_mends(size, kernel, stride, dilation):
    """Each argument that is offered makes the net legal."""
    spec = f"Conv1d(2, 2, {kernel}, {stride}, 0, {dilation})"
    try:
        measure(parse(spec, input_shape=(2, size)))
        offered: tuple[str, ...] = ()
    except ShapeError as refused:
        offered = refused.repairs
    for offer in offered:
        name, value = re.split("[= ]", offer)
        mended = parse(spec, input_shape=value if name == "input" else (2, size))
        layer = mended.nodes[0].layer
        changed = mended if name == "input" else mended.replacing("conv1", layer.replace(**{name: int(value)}))
        assert integer(measure(changed).output_shape[1]) >= 1


def test_a_mistake_at_the_end_of_a_long_net_is_answered():
    """Only the layers nearest to the mistake are tried, however many come before."""
    net = parse("Conv2d(3, 3, 1) " * 300 + "Conv2d(3, 3, 9)", input_shape="3x8x8")
    assert repairs(net, "conv301") == ("padding=1", "kernel_size=8", "input 3x9x9")


def test_a_net_of_more_than_a_thousand_layers_has_sizes():
    """The nearest, from its domain."""
    net = parse("Conv2d(3, 3, 3, padding=1) " * 1_100 + "PixelUnshuffle(8)", input_shape="3x250x250")
    assert repairs(net, "shuffle1")[-1] == "input 3x256x256"


def test_a_size_is_tried_where_the_domain_is_not_known(monkeypatch):
    """As letters take too many steps: the smallest is searched."""
    monkeypatch.setattr("shapecalc.measures.effort.MAX_LETTER_STEPS", 1_000)
    assert repairs(parse("Conv2d(3, 3, 3) " * 60, input_shape="3x50x50"), "conv25")[-1] == "input 3x121x121"


def test_a_search_ends(monkeypatch):
    """A large net is not walked again and again: where the visits are used up there is no repair."""
    walked = Mock(side_effect=walk)
    monkeypatch.setattr("shapecalc.measures.repairs.walk", walked)
    monkeypatch.setattr("shapecalc.measures.repairs.MAX_VISITS", 1_000)
    monkeypatch.setattr("shapecalc.measures.repairs.legal_sizes", lambda _net: iter(()))
    assert (repairs(parse("Conv2d(3, 3, 3) " * 300, input_shape="3x50x50"), "conv25"), walked.call_count) == ((), 4)


def test_letters_leave_conditions_open():
    """A net in letters is refused only for what its numbers say."""
    with pytest.raises(ShapeError, match=r"in_channels = 4\. Try in_channels=3\.$"):
        measure(parse("Conv2d(3, 3, F) Conv2d(4, 4, F)", input_shape="3xHxW"))


def test_the_repair_of_a_merge_may_be_in_a_branch():
    """The argument is named with its node."""
    document = "input: 3x8x8\nlayers:\n  - {layer: 'Conv2d(3, 3, 3)', name: a}\n  - {layer: Add(), inputs: [a, input]}"
    with pytest.raises(ShapeError, match=r"Try a padding=1"):
        measure(loads(document))


def test_repairs_are_searched_when_they_are_shown(monkeypatch):
    """A refusal that nobody reads costs no search, and one that is read costs one; a copy has the result."""
    search = Mock(return_value=("padding=1",))
    monkeypatch.setattr("shapecalc.measures.repairs.repairs", search)
    with pytest.raises(ShapeError) as refused:
        measure(parse("Conv1d(2, 2, 5)", input_shape="2x3"))
    searches = [search.call_count]
    text = str(refused.value)
    copied = pickle.loads(pickle.dumps(refused.value))  # noqa: S301  our own
    searches.append(search.call_count)
    assert (searches, text.endswith(" Try padding=1.")) == ([0, 1], True)
    assert (str(copied), copied.node, copied.repairs) == (text, "conv1", ("padding=1",))


@pytest.mark.parametrize("shape", [(1, 0), (0, 0), (0, 4, 4), (3, 4, 5, 6, 7, 8)])
def test_an_input_that_no_layer_takes_is_not_moved(shape):
    """One with a size of 0, which comes from Python alone, or with more dimensions than any layer has."""
    net = parse("TransformerEncoderLayer(2, 1)", input_shape="3x2").with_input(shape)
    with pytest.raises(ShapeError) as refused:
        measure(net)
    assert not [repair for repair in refused.value.repairs if repair.startswith("input ")]


def test_channels_in_a_shape_of_their_own_are_a_count() -> None:
    """LayerNorm2d has them in a tuple."""
    net = Net({"input": (1, 1)}, (Node("norm", LayerNorm2d((Name("N"),)), ("input",)),))
    with pytest.raises(ShapeError, match=r"Did you mean Nx1x1\?"):
        measure(net)


#: A vision transformer's start whose learned tensors are written with torch's dimension for the batch.
TOKENS = """
input: 3x32x32
layers:
  - {layer: "Conv2d(3, 16, 8, 8)"}
  - Flatten(2)
  - {layer: "Transpose(1, 2)", name: patches}
  - {layer: "TOKEN", name: token, inputs: []}
  - {layer: Concat(1), inputs: [token, patches], name: tokens}
  - {layer: "POSITION", name: position, inputs: []}
  - {layer: Add(), inputs: [tokens, position]}
"""
WHOLE_TOKEN, WHOLE_POSITION = "Parameter(1, 16, batch_dim=True)", "Parameter(17, 16, batch_dim=True)"


@pytest.mark.parametrize(
    ("token", "position", "repair"),
    [
        ("Parameter(1, 1, 16)", WHOLE_POSITION, f"{WHOLE_TOKEN} in place of token"),
        (WHOLE_TOKEN, "Parameter(1, 17, 16)", f"{WHOLE_POSITION} in place of position"),
        (
            "Parameter(1, 1, 16)",
            "Parameter(1, 17, 16)",
            f"{WHOLE_TOKEN} in place of token with {WHOLE_POSITION} in place of position",
        ),
    ],
)
def test_a_learned_tensor_with_a_dimension_for_the_batch_is_said_as_one(token, position, repair):
    """As torch's code writes it: (1, 17, 16)."""
    with pytest.raises(ShapeError) as refusal:
        measure(loads(TOKENS.replace("TOKEN", token).replace("POSITION", position)))
    assert refusal.value.repairs[0] == repair
