"""Exercises from courses, papers and issue trackers: the engine's measures are the published answers."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from shapecalc import layers
from shapecalc.formats import parse
from shapecalc.measures import measure
from tests import nets
from tests.measures import asked
from tests.measures.asked import ROWS, Inputs
from tests.narrow import present
from tests.nets.parts import conv

#: How each topic is measured, where all its rows are alike.
TOPICS: dict[str, Callable[[Inputs], Any]] = {
    "fc_params": asked.dense,
    "conv_params": asked.parameters,
    "output_size": asked.size,
    "receptive_field": asked.field,
    "transpose_output": asked.transposed,
    "same_padding": asked.same_padding,
    "flops_transpose": asked.transposed_macs,
    "ceil_mode": asked.ceil_pool,
    "validity": asked.fits,
    "keras_transpose": asked.keras_transposed,
    "bn_params": asked.keras_batch_norm,
}


def ignoring_inputs(answer: Callable[[], Any]) -> Callable[[Inputs], Any]:
    """An answer that does not depend on the inputs of its exercise."""
    return lambda _: answer()


def published_form(name: str) -> Any:
    """The published closed form, where the engine's has the same values."""
    return asked.same_identity(ROWS[name], asked.RELATIONSHIPS[name]) and ROWS[name]["answer"]


#: How a row is measured that stands alone.
ALONE: dict[str, Callable[[Inputs], Any]] = {
    **dict.fromkeys(("ex004", "ex103", "ex109", "ex169"), asked.pooled),
    "ex010": lambda _: math.prod(measure(parse("zoo:alexnet_227"))["conv1"].output_shape),
    "ex016": lambda n: [
        asked.chain((n["c"], 99, 99), conv(n["k"], n["f"])).output_shape[0],
        asked.chain((n["c"], 99, 99), layers.Unfold(n["f"])).output_shape[0],
    ],
    "ex022": lambda n: asked.chain((1, 99, 99), *[conv(1, n["f"], bias=False) for _ in range(n["layers"])]).parameters,
    "ex025": lambda n: 1 - math.prod(asked.chain((1, 8, 8), layers.MaxPool2d(n["f"], n["s"])).output_shape) / (8 * 8),
    **{
        f"ex{number:03}": ignoring_inputs(partial(asked.vgg_row, row))
        for number, row in ((28, 2), (31, 5), (34, 8), (37, 11), (40, 14), (43, 17))
    },
    "ex046": lambda _: math.prod(measure(parse("zoo:vgg16"))["classifier.3"].weights["weight"]),
    "ex049": lambda _: asked.activations(asked.vgg_of_the_table()),
    "ex061": lambda n: asked.last_shape(asked.chain(asked.square(n), conv(n["k"], n["f"], 1, n["p"]))),
    "ex076": lambda n: asked.inputs_giving(n["o"], layers.Conv1d(1, 1, n["k"], stride=n["s"], padding=n["p"])),
    **{name: ignoring_inputs(partial(published_form, name)) for name in asked.RELATIONSHIPS},
    "ex094": lambda _: asked.dense_formula() and ROWS["ex094"]["answer"],
    "ex100": lambda n: asked.last_shape(asked.chain((16, n["w"], n["w"]), conv(n["k"], n["f"], n["s"]))),
    "ex115": lambda _: asked.happy_house(),
    "ex121": lambda n: asked.chain((1, n["w"], n["w"]), *[conv(1, n["f"])] * n["n"]).output_shape[1],
    "ex124": asked.d2l_window,
    "ex127": asked.d2l_window,
    "ex130": lambda _: measure(nets.alexnet_d2l())["flatten"].output_shape[0],
    "ex133": lambda _: {
        "five": asked.chain((1, 9, 9), conv(1, 5, bias=False)).parameters,
        "three_3x3": asked.chain((1, 9, 9), *[conv(1, 3, bias=False) for _ in range(3)]).parameters,
    },
    "ex142": lambda _: asked.edge_detection(),
    "ex157": lambda _: asked.lenet("C3"),
    "ex160": lambda _: asked.lenet("F6"),
    "ex163": lambda _: [measure(parse("zoo:lenet5"))[name].output_shape[1] for name in ("c1", "s2", "c3", "s4", "c5")],
    "ex166": lambda n: asked.tensorflow(n, 5),
    "ex172": lambda n: asked.tensorflow(n, 16),
    **{
        name: lambda n: measure(nets.context_module())[f"layer{n['layer']}"].fields[0].size
        for name in ("ex214", "ex217", "ex220")
    },
    "ex232": lambda _: measure(parse("zoo:resnet50"))["layer4.2.relu3"].fields[0].size,
    "ex235": lambda n: asked.unet_tiles(n, len(ROWS["ex235"]["answer"])),
    "ex238": asked.capsnet_padding,
    **{
        name: ignoring_inputs(partial(asked.fire, module))
        for name, module in (("ex241", "features.3"), ("ex244", "features.7"), ("ex247", "features.10"))
    },
    **{
        name: ignoring_inputs(partial(asked.inception, module))
        for name, module in (("ex253", "inception4a"), ("ex256", "inception4d"), ("ex259", "inception5b"))
    },
    "ex250": lambda _: measure(parse("zoo:squeezenet1_0")).parameters,
}

#: Rows that are no measure, each with the reason.
NOT_MEASURED: dict[str, str] = {}


def measured(row: dict[str, Any]) -> Callable[[Inputs], Any] | None:
    return ALONE.get(row["id"]) or TOPICS.get(row["topic"])


@pytest.mark.parametrize("row", [pytest.param(row, id=name) for name, row in ROWS.items() if name not in NOT_MEASURED])
def test_an_exercise_has_its_published_answer(row: dict[str, Any]) -> None:
    """What the engine measures is the answer of the exercise."""
    assert row["answer"] == present(measured(row))(row["inputs"])


def test_every_exercise_is_measured_or_listed() -> None:
    """No row of the table is left out without a reason."""
    assert [name for name, row in ROWS.items() if not (measured(row) or NOT_MEASURED.get(name))] == []
