"""A norm is warned of exactly where torch refuses it with a batch of 1."""

from __future__ import annotations

import pytest

from shapecalc import measure, parse
from shapecalc.pytorch import build
from shapecalc.pytorch.modules.building import example_inputs

CASES = [
    ("BatchNorm1d(4)", "4"),
    ("BatchNorm1d(4)", "4x1"),
    ("BatchNorm1d(4)", "4x2"),
    ("BatchNorm2d(4)", "4x1x1"),
    ("BatchNorm2d(4, track_running_stats=False)", "4x1x1"),
    ("BatchNorm3d(4)", "4x1x1x2"),
    ("SyncBatchNorm(4)", "4x1x1"),
    ("GroupNorm(4, 4)", "4x1x1"),
    ("GroupNorm(2, 4)", "4x1x1"),
    ("GroupNorm(4, 4)", "4"),
    ("GroupNorm(4, 4)", "4x1x2"),
    ("LayerNorm(1)", "4x1"),
]


def refuses(spec: str, shape: str, *, training: bool) -> bool:
    """Whether torch refuses one input."""
    net = parse(spec, input_shape=shape)
    try:
        build(net).train(training)(*example_inputs(net, 1))
    except ValueError as error:
        assert "Expected more than 1 value per channel when training" in str(error)  # noqa: PT017
        return True
    return False


@pytest.mark.parametrize(("spec", "shape"), CASES)
def test_torch_refuses_what_is_warned_of(spec: str, shape: str) -> None:
    """In training, and in evaluation where the warning does not say that it is in training."""
    text = " ".join(measure(parse(spec, input_shape=shape)).warnings())
    warned = (bool(text), bool(text) and "torch refuses in training" not in text)
    assert warned == (refuses(spec, shape, training=True), refuses(spec, shape, training=False))
