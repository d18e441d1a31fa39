"""The memory of a training beside its plan, and the data sets that a plan knows without opening them."""

from __future__ import annotations

import pytest
import torch

import shapecalc
from shapecalc.catalogue.data_sets import BUILT_IN_DATA
from shapecalc.catalogue.planning import OPTIMIZER_STATES, PRECISIONS, plan_training
from shapecalc.pytorch.training.memory import MemoryUse, MemoryWatch
from shapecalc.pytorch.training.samples.opening import DATA_SETS, open_data
from shapecalc.pytorch.training.settings import Settings, read_settings
from shapecalc.pytorch.training.trainer import train

LINEAR = "Flatten() LazyLinear(10)"


def test_every_data_set_that_is_opened_by_name_can_be_planned():
    """The names are the same."""
    assert sorted(BUILT_IN_DATA) == sorted(DATA_SETS)


@pytest.mark.parametrize("name", BUILT_IN_DATA)
def test_the_facts_of_a_data_set_are_those_of_its_samples(name):
    """Shape, targets, parts and classes."""
    assert open_data(name).facts() == BUILT_IN_DATA[name]


@pytest.mark.parametrize(("field", "words"), [("optimizer", OPTIMIZER_STATES), ("precision", PRECISIONS)])
def test_a_plan_knows_the_words_of_a_training(field, words):
    """Each word is a setting of a training."""
    for word in words:
        assert getattr(read_settings({field: word}), field) == word
    assert plan_training(shapecalc.parse(LINEAR), BUILT_IN_DATA["digits"]).batch == Settings().batch_size


def test_the_processor_counts_no_memory():
    """Nothing is said of it."""
    training = train(shapecalc.parse(LINEAR), out=None, progress=False, steps=1)
    assert training.memory is None
    assert training.as_dict()["memory"] is None


def test_what_a_gpu_counts_is_compared_with_the_plan(monkeypatch):
    """What was allocated before does not count."""
    monkeypatch.setattr(torch.cuda, "reset_peak_memory_stats", lambda _: None)
    monkeypatch.setattr(torch.cuda, "memory_allocated", lambda _: 1_000)
    monkeypatch.setattr(torch.cuda, "max_memory_allocated", lambda _: 201_000)
    settings = read_settings({"precision": "bf16", "optimizer": "sgd"})
    net, data = shapecalc.parse(LINEAR), BUILT_IN_DATA["digits"]
    use = MemoryWatch(torch.device("cuda")).use(net, data, settings)
    plan = plan_training(net, data, optimizer="sgd", precision="bf16", device="cuda")
    assert use == (plan.bytes, 200_000)


def test_the_page_says_how_far_the_plan_was_off():
    """In percent of what was measured."""
    assert MemoryUse(90 << 20, 100 << 20).words() == "memory 100.00 MiB at most; the plan was 90.00 MiB, 10.0 % below"
    assert MemoryUse(110, 100).as_dict() == {"planned": 110, "measured": 100, "error": 0.1}
