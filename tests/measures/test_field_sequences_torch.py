"""Fields along time, for nets that read sequences, against the gradient in torch."""

from __future__ import annotations

import pytest
import torch

from shapecalc import Net, explain, parse
from shapecalc.measures import footprint, measure
from shapecalc.pytorch import build
from tests.narrow import integers

SEQUENCES = {
    "recurrence": ("LSTM(4, 3)", "6x4", (6, 0, "a recurrence in one direction sees what comes before")),
    "both directions": ("GRU(4, 3, bidirectional=True)", "6x4", (6, 0, "")),
    "transformer": ("TransformerEncoderLayer(4, 2, 8, dropout=0.0)", "6x4", (6, 0, "")),
    "attention": ("MultiheadAttention(4, 2)", "6x4", (6, 0, "")),
    "steps first": (
        "Linear(5, 4) LayerNorm(4) Tanh RNN(4, 3)",
        "6x5",
        (6, 0, "a recurrence in one direction sees what"),
    ),
    "steps after": ("GRU(4, 4, bidirectional=True) Linear(4, 2)".replace("Linear(4", "Linear(8"), "6x4", (6, 0, "")),
}


def times_seen(net: Net, step: int) -> tuple[tuple[int, int], ...]:
    """The first and the last time with a gradient, of one step of the output."""
    torch.manual_seed(0)
    module = build(net).eval().double()
    (shape,) = net.inputs.values()
    value = torch.randn(1, *integers(shape), dtype=torch.float64, requires_grad=True)
    output = module(value)
    (output[0, step] ** 2).sum().backward()
    assert value.grad is not None
    times = value.grad[0].abs().amax(-1).nonzero().flatten().tolist()
    return ((times[0], times[-1]),)


@pytest.mark.parametrize(("text", "shape", "field"), SEQUENCES.values(), ids=SEQUENCES)
def test_a_sequence_is_seen_along_time(text: str, shape: str, field: tuple[int, int, str]) -> None:
    """Of time x features, the field counts steps, and each step's footprint is where torch's gradient is."""
    net = parse(text, input_shape=shape)
    report = measure(net)
    (axis,) = report.rows[-1].fields
    assert (axis.size, axis.jump, axis.bound[: len(field[2])], report.field_axes) == (*field, ("time",))
    assert [times_seen(net, step) for step in range(6)] == [
        footprint(net, net.outputs[0], (step,)) for step in range(6)
    ]


OTHERS = {
    "channels first": ("Conv1d(4, 8, 3)", "4x20", (3, ("length",))),
    "features alone": ("Linear(4, 3)", "6x4", (4, ("length",))),
    "an image": ("Conv2d(3, 8, 3)", "3x20x20", (3, ("height", "width"))),
    "indices": ("Embedding(9, 4) LSTM(4, 3)", "6", (6, ("length",))),
    "windows, then steps": ("Conv1d(4, 8, 3) Transpose(1, 2) GRU(8, 3, bidirectional=True)", "4x20", (20, ("length",))),
}


@pytest.mark.parametrize(("text", "shape", "expected"), OTHERS.values(), ids=OTHERS)
def test_other_inputs_keep_their_axes(text: str, shape: str, expected: tuple[int, tuple[str, ...]]) -> None:
    """Channels come first where a window slides over what follows, and where nothing reads a sequence."""
    report = measure(parse(text, input_shape=shape))
    assert (report.rows[-1].fields[-1].size, report.field_axes) == expected


def test_the_axis_is_named() -> None:
    """The table, the explanation and the JSON say that the field is along time."""
    net = parse("LSTM(16, 32)", input_shape="TxC")
    report = measure(net)
    assert "fields      along time, the first size of TxC" in report.page().text()
    assert "  time: field T, jump 0, start 0" in explain(net).page().text()
    assert report.as_dict()["field_axes"] == ["time"]
    assert "field_axes" not in measure(parse("Conv1d(4, 8, 3)", input_shape="4x20")).as_dict()
