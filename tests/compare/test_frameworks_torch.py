"""What Keras and ONNX give now, and where Keras places its windows."""

from __future__ import annotations

import json
from typing import Any

import pytest
import torch
from torch.nn import functional

import shapecalc
from shapecalc.compare.frameworks import compare_frameworks
from shapecalc.compare.frameworks.aspect import Aspect
from tests.narrow import present
from tests.tools.frameworks import DATA, RUNS, keras, keras_cases, keras_layer, spec, written

RECORDED = json.loads(DATA.read_text(encoding="utf-8"))

KERAS = next(title for title in RECORDED if title.startswith("keras"))


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.peer(package)) for name, (package, _, _) in RUNS.items()]
)
def test_what_a_framework_gives(name):
    """An installed framework gives now what was recorded."""
    _, cases, run = RUNS[name]
    newest = next(lines for title, lines in RECORDED.items() if title.startswith(f"{name} ("))
    assert {spec(case): written(run(case)) for case in cases()} == newest


def windows(case, size):
    """What torch gives where the input is padded, or the output cut, as the engine says that Keras does it."""
    kind, arguments = case
    (place,) = compare_frameworks(shapecalc.parse(spec(case), input_shape=(1, size)), "keras").layers
    differences: dict[Aspect, Any] = {one.quantity: one.framework_value for one in place.differences}
    before = differences.get(Aspect.BEFORE, arguments["padding"])
    outputs: Any = present(place.framework_shape)[-1]
    span = arguments["dilation"] * (arguments["kernel_size"] - 1) + 1
    value, weight = torch.arange(1.0, size + 1)[None, None], torch.arange(1.0, arguments["kernel_size"] + 1)[None, None]
    if kind == "Conv1d":
        after = (outputs - 1) * arguments["stride"] + span - size - before
        padded = functional.pad(value, (before, after))
        return functional.conv1d(padded, weight, None, arguments["stride"], 0, arguments["dilation"])
    whole = functional.conv_transpose1d(value, weight, None, arguments["stride"], 0, 0, 1, arguments["dilation"])
    return functional.pad(whole, (-before, outputs + before - whole.shape[-1]))


def keras_windows(case, size):
    """What Keras gives for the same numbers and weights."""
    layer = keras_layer(case)
    value = torch.arange(1.0, size + 1)[None, :, None]
    layer.build(value.shape)
    layer.kernel.assign(torch.arange(1.0, case[1]["kernel_size"] + 1)[:, None, None])
    return layer(value)


@pytest.mark.peer("keras")
def test_where_keras_places_its_windows():
    """Keras's numbers are torch's with the padding, or the cut, that the engine gives."""
    convolutions = [case for case in keras_cases() if case[0].startswith("Conv")]
    taken = [case for case in convolutions if RECORDED[KERAS][spec(case)].split()[8] != "-"]
    differing = [
        spec(case)
        for case in taken
        if not torch.equal(windows(case, 9)[0, 0], torch.as_tensor(keras_windows(case, 9))[0, :, 0])
    ]
    assert differing == []


@pytest.mark.peer("keras")
@pytest.mark.parametrize("kind", ["Average", "Max"])
def test_keras_adaptive_windows(kind):
    """Adaptive pooling in Keras has torch's windows."""
    layers = keras().layers
    pool = getattr(layers, f"Adaptive{kind}Pooling1D")
    ours: Any = {"Average": functional.adaptive_avg_pool1d, "Max": functional.adaptive_max_pool1d}[kind]
    value = torch.arange(19.0) % 7
    sizes = range(1, 24)
    differing = [
        n for n in sizes if not torch.allclose(pool(n)(value[None, :, None])[0, :, 0], ours(value[None], n)[0])
    ]
    assert differing == []


@pytest.mark.peer("keras")
def test_keras_leaves_padding_out_of_a_mean():
    """A mean at the border has the inputs alone in Keras, as in torch with count_include_pad=False."""
    layers = keras().layers
    pooled = layers.AveragePooling1D(3, strides=1, padding="same")(torch.arange(5.0)[None, :, None])[0, :, 0]
    assert torch.equal(pooled, functional.avg_pool1d(torch.arange(5.0)[None], 3, 1, 1, count_include_pad=False)[0])
