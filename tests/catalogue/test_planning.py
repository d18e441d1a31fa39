"""What a training will take, before it starts."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from shapecalc import SpecError, measure, parse
from shapecalc.catalogue.data_sets import BUILT_IN_DATA
from shapecalc.catalogue.planning import plan_training
from tests.narrow import integer, present
from tests.tools.pages import Shell

NET = "Conv2d(1, 8, 3) BatchNorm2d ReLU Flatten LazyLinear(10)"
DIGITS = BUILT_IN_DATA["digits"]


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({}, {"optimizer": "adamw"}),
        ({"optimizer": "sgd"}, {"optimizer": "momentum"}),
        ({"precision": "bf16", "device": "cuda"}, {"optimizer": "adamw", "dtype": "amp", "device": "cuda"}),
    ],
)
def test_a_plan_is_the_memory_of_a_step_the_best_weights_and_the_samples(settings, words):
    """Below fp32 the samples lie there twice: as they are read, and normalised."""
    plan = plan_training(parse(NET), DIGITS, batch_size=32, **settings)
    memory = measure(parse(NET, input_shape="1x8x8"), batch=32, **words).memory
    copies = 2 if "precision" in settings else 1
    assert (
        plan.bytes
        == integer(memory.training) + integer(memory.parameters) + integer(memory.buffers) + copies * 32 * 64 * 4
    )


@pytest.mark.parametrize("limit", ["200KB", "1MiB", "8GB"])
def test_the_largest_batch_fits_and_one_more_does_not(limit):
    """The plan of the largest batch is within the memory, that of the next is not."""
    plan = plan_training(parse(NET), DIGITS, device_memory=limit)
    edge = present(plan.largest_batch)
    sizes = [plan_training(parse(NET), DIGITS, batch_size=batch).bytes for batch in (edge, edge + 1)]
    assert sizes[0] <= present(plan.device_memory) < sizes[1]


def test_no_batch_fits_where_the_weights_do_not():
    """The page says so, and warns of the batch that was asked for."""
    text = plan_training(parse(NET), DIGITS, device_memory="1KB").page().text()
    assert "none, not even of 1, in 0.98 KiB" in text
    assert "warning" in text


def test_work_and_steps_are_those_of_the_samples():
    """1257 samples are 20 steps of 64; the last one is smaller, and costs less."""
    plan = plan_training(parse(NET), DIGITS, epochs=3)
    macs = integer(measure(parse(NET, input_shape="1x8x8")).training_macs)
    assert (plan.steps_per_epoch, plan.macs_per_step, plan.macs_per_epoch) == (20, 64 * macs, 1257 * macs)


@pytest.mark.parametrize(
    ("spec", "settings", "message"),
    [
        ("Flatten() LazyLinear(9)", {}, "ends in 9 but digits has 10 classes"),
        (NET, {"optimizer": "adam"}, r"no optimizer 'adam' \(did you mean adamw\?\)"),
        (NET, {"precision": "int8"}, "no precision 'int8'"),
        (NET, {"batch_size": 0}, "batch must be at least 1"),
        (NET, {"device_memory": "8 potatoes"}, "write a size such as"),
    ],
)
def test_what_no_training_takes_is_refused(spec, settings, message):
    """The reasons are those of a training."""
    with pytest.raises(SpecError, match=message):
        plan_training(parse(spec), DIGITS, **settings)


def test_the_command_prints_the_plan():
    """As JSON, with the largest batch."""
    printed = json.loads(Shell().run(f"shapecalc plan '{NET}' --device-memory 1MiB --batch 8 --json"))
    plan = plan_training(parse(NET), DIGITS, batch_size=8, device_memory="1MiB")
    assert printed == json.loads(json.dumps(plan.as_dict()))


def test_a_plan_needs_no_torch():
    """The shapes of the data sets that come with shapecalc are known without opening one."""
    code = (
        "import sys; from shapecalc_cli.application import application as app\n"
        f"app('plan')(['plan', '{NET}'], standalone_mode=False)\n"
        "print([name for name in ('torch', 'numpy', 'sklearn') if name in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603
    assert ran.stdout.splitlines()[-1] == "[]"
