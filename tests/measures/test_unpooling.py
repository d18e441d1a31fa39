"""Max unpoolings: each restores what its pooling reduced, for every reader alike."""

from __future__ import annotations

import re
from typing import Any

import pytest

from shapecalc import ShapeError, SpecError, closed_form, measure, parse
from shapecalc.measures.sizes import walk


def refused(spec: str, shape: str) -> ShapeError:
    with pytest.raises(ShapeError) as caught:
        measure(parse(spec, input_shape=shape))
    return caught.value


@pytest.mark.parametrize(
    ("spec", "shape", "reason"),
    [
        ("MaxUnpool2d(2)", "1x6x6", "MaxPool2d took them from, but none comes before it"),
        ("MaxPool1d(2) MaxUnpool1d(2) MaxUnpool1d(2)", "1x6", "none comes before it that is not undone yet"),
        ("MaxPool2d(2) MaxUnpool2d(2)", "3x7x7", "must turn 3x3x3 into 3x7x7, but it turns 3x3x3 into 3x6x6"),
        ("MaxPool2d(2) Conv2d(3, 4, 1) MaxUnpool2d(2)", "3x8x8", "into 3x8x8, but it turns 4x4x4 into 4x8x8"),
        ("MaxPool2d(2) MaxUnpool2d(2, output_size=(6, 8))", "3x6x6", "output_size = 8 > "),
        ("MaxPool2d(2) MaxUnpool2d(2, output_size=(4, 6))", "3x6x6", "output_size = 4 < "),
    ],
)
def test_an_unpooling_must_restore_what_its_pooling_reduced(spec: str, shape: str, reason: str) -> None:
    """measure() and the walk of the shapes refuse it in the same words."""
    refusal = refused(spec, shape)
    with pytest.raises(ShapeError, match=re.escape(refusal.reason)):
        walk(parse(spec, input_shape=shape))
    assert reason in refusal.reason


@pytest.mark.parametrize(
    ("spec", "shape", "domain"),
    [
        ("MaxPool2d(2) MaxUnpool2d(2)", "3xHxW", "H ≡ 0 (mod 2) and W ≡ 0 (mod 2)"),
        ("MaxPool1d(3, stride=2) MaxUnpool1d(3, stride=2)", "3xL", "L ≡ 1 (mod 2), L ≥ 3"),
        ("MaxPool2d(2) MaxUnpool2d(2, output_size=(H, W))", "3xHxW", "H ≥ 2 and W ≥ 2"),
        ("MaxPool1d(2) MaxUnpool1d(2, output_size=(7,))", "3xL", "L = 7"),
    ],
)
def test_the_domain_knows_what_an_unpooling_restores(spec: str, shape: str, domain: str) -> None:
    """With letters the same requirement is a condition on them."""
    assert closed_form(parse(spec, input_shape=shape)).domain.sentence() == domain


@pytest.mark.parametrize(
    ("spec", "shape", "repair"),
    [
        ("MaxPool2d(2) MaxUnpool2d(2)", "3x7x9", "output_size=(7, 9)"),
        ("MaxPool2d(3) MaxUnpool2d(2)", "3x9x9", "MaxUnpool2d(3)"),
        ("MaxPool1d(3, stride=2, padding=1) MaxUnpool1d(2)", "3x7", "output_size=(7,)"),
    ],
)
def test_a_refused_unpooling_comes_with_its_mend(spec: str, shape: str, repair: str) -> None:
    """The size to restore, or the windows of the pooling; the net with it is legal."""
    assert refused(spec, shape).repairs[0].startswith(repair)
    pooling, unpooling = spec.rsplit(maxsplit=1)
    changed = re.sub(r"\)$", f", {repair})", unpooling) if repair.startswith("output_size") else repair
    report = measure(parse(f"{pooling} {changed}", input_shape=shape))
    assert report.output_shape == report["pool1"].input_shapes[0]


def test_the_size_of_a_tensor_may_be_given_whole() -> None:
    """As in torch, batch and channels may stand in front; a single number is no size."""
    sizes: Any = parse("MaxUnpool2d(2, output_size=(1, 3, 7, 9))").nodes[0].layer.values["output_size"]
    assert sizes == (7, 9)
    with pytest.raises(SpecError, match=r"expected a tuple of 2 or 4 or None but got output_size=7\."):
        parse("MaxUnpool2d(2, output_size=7)")


def test_thousands_of_unpoolings_find_their_poolings() -> None:
    """Each pooling is undone once, the last one first."""
    net = parse("MaxPool1d(1) " * 2500 + "MaxUnpool1d(1) " * 2500, input_shape="1x4")
    assert measure(net).output_shape == (1, 4)
