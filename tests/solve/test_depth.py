"""How deep a stack must be: the fields are those of the same layers measured as a net, and those of papers."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shapecalc import ShapeError, SpecError, measure, parse
from shapecalc.solve.depth import depth_for
from tests.campaigns import examples

CAUSAL = "Conv1d(32, 32, 2, dilation=2**i, padding='causal')"


def measured(specs: list[str], channels: int) -> int:
    """The field of a net of these layers, on an input that is long enough for all of them."""
    fields: Any = measure(parse(" ".join(specs), input_shape=(channels, 100_000))).rows[-1].fields
    return int(fields[0].size)


PUBLISHED = {
    # A. van den Oord et al., WaveNet, 2016, section 2.1: dilations 1, 2, 4, ..., 512 see 1024
    ("Conv1d(16, 16, 2, dilation=2**i, padding='causal')", 1024): 10,
    # the same paper, figure 2: a stack of causal convolutions of kernel 2 sees layers + 1
    ("Conv1d(16, 16, 2, padding='causal')", 5): 4,
    # K. Simonyan, A. Zisserman, VGG, 2015, section 2.3: two layers of 3x3 see 5x5, three see 7x7
    ("Conv2d(64, 64, 3, padding=1) ReLU", 5): 2,
    ("Conv2d(64, 64, 3, padding=1) ReLU", 7): 3,
    (CAUSAL, 512): 9,
    (CAUSAL, 513): 10,
    (CAUSAL, 1): 1,
}


@pytest.mark.parametrize(("spec", "field"), PUBLISHED)
def test_the_depth_of_a_known_stack(spec, field):
    """The smallest number of layers that sees as much."""
    assert depth_for(spec, field=field).depth == PUBLISHED[spec, field]


@examples(25, deep=600)
@given(
    st.integers(1, 5), st.integers(1, 3), st.sampled_from(["1", "2", "i + 1", "2**i", "3*i + 1"]), st.integers(1, 200)
)
def test_the_fields_are_those_of_the_net(kernel, stride, dilation, field):
    """Every row of the table is the field of the net of so many layers; only the last reaches far enough."""
    layer = f"Conv1d(2, 2, {kernel}, stride={stride}, dilation={{}})"
    answer = depth_for(layer.format(dilation), field=field)
    rows = answer.rows[:6]
    written = [dilation.replace("i", str(place)) for place in range(len(rows))]
    expected = [measured([layer.format(one) for one in written[: row.depth]], 2) for row in rows]
    early = [row for row in answer.rows[:-1] if row.field >= field]
    assert ([row.field for row in rows], early, answer.rows[-1].field >= field) == (expected, [], not answer.reason)


NEVER = {
    "Conv1d(8, 8, 1)": "a kernel of 1 sees one input at any depth",
    "Conv1d(8, 8, 1, stride=2)": "a kernel of 1 sees one input at any depth",
    "Conv1d(8, 8, 1, dilation=i + 1)": "4,096 repetitions see 1, and no more are tried",
    "Conv1d(8, 8, 1, dilation=i + 1) " * 100: "82 repetitions see 1, and no more are tried",
    "Conv1d(8, 8, 3, dilation=3 - i)": "repetition 4: Conv1d(8, 8, 3, dilation=0): dilation must be at least 1",
    "Conv1d(8, 4, 3)": "repetition 2: Conv1d(8, 4, 3): the input must have in_channels channels",
}


@pytest.mark.parametrize("spec", NEVER)
def test_a_field_that_is_never_reached(spec):
    """The reason is told, and the fields as far as they go."""
    answer = depth_for(spec, field=512)
    assert (answer.depth, answer.reason.startswith(NEVER[spec]), bool(answer.rows)) == (None, True, True)


REFUSED = {
    ("ReLU", 5): (SpecError, "no layer that slides over axes"),
    ("Conv2d(8, 8, 3) Conv1d(8, 8, 3)", 5): (ShapeError, "takes an input of 2 dimensions"),
    (CAUSAL, 0): (SpecError, "at least 1 input"),
    ("Conv1d(8, 8, 3) AdaptiveAvgPool1d(1)", 5): (SpecError, "depends on the input's size"),
    ("Conv1d(8, 8, 3, dilation=2*j)", 5): (SpecError, "has the letter j; write a number, or i"),
    ("Conv1d(8, 8, 3, dilation=99**99)", 5): (SpecError, "this power is too large"),
}


@pytest.mark.parametrize(("spec", "field"), REFUSED)
def test_what_is_no_stack_is_refused(spec, field):
    """In one line."""
    kind, message = REFUSED[spec, field]
    with pytest.raises(kind, match=r"\A[^\n]*\Z") as refused:
        depth_for(spec, field=field)
    assert message in str(refused.value)


def test_the_smallest_axis_counts():
    """A kernel of 3x5 sees as far as its 3."""
    assert [row.field for row in depth_for("Conv2d(8, 8, (3, 5))", field=9).rows] == [3, 5, 7, 9]


def test_a_norm_over_the_whole_map_is_left_out():
    """The field is that of the windows alone, and the answer says so."""
    depth = depth_for("Conv1d(8, 8, 3) GroupNorm(2, 8)", field=5)
    assert [row.field for row in depth.rows] == [3, 5]
    assert depth.as_dict()["local"] is True
    assert "through windows alone" in str(depth)


def test_the_answer_as_json():
    """The whole table."""
    assert depth_for("Conv1d(8, 8, 3)", field=5).as_dict() == {
        "spec": "Conv1d(8, 8, 3)",
        "wanted": 5,
        "depth": 2,
        "fields": [{"depth": 1, "field": 3}, {"depth": 2, "field": 5}],
        "status": "exact",
    }


def test_a_long_text_is_repeated_less_often():
    """All repetitions together read a bounded number of words."""
    answer = depth_for(f"Conv1d(8, 8, 3, dilation=1 + i - i{' + 0' * 20_000})", field=10_000)
    assert (answer.depth, answer.reason) == (None, "9 repetitions see 19, and no more are tried")
