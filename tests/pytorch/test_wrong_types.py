"""Functions that use torch, with arguments of a wrong type: one clear line of our own error."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import shapecalc
from shapecalc import pytorch
from tests.test_wrong_types import refusal

NET = shapecalc.parse("Flatten Linear(64, 10)", input_shape="1x8x8")
VALUES: tuple[Any, ...] = (None, 1.5, "text", "", b"x", [1], {}, object(), int, ("a", None), float("nan"), True, -1)
CALLS: dict[Callable[..., Any], dict[str, Any]] = {
    pytorch.build: {"net": NET},
    pytorch.verify: {"net": NET},
    pytorch.example_inputs: {"net": NET, "batch": 2},
    pytorch.load_trained: {"path": "missing"},
    pytorch.train: {"net": 1, "data": 1, "epochs": 0, "batch_size": 0, "lr": 0, "seed": -1, "out": 1},
}
LEGAL = {"net": NET, "data": "digits", "epochs": 1, "batch_size": 64, "lr": 0.1, "seed": 0, "out": None}
MESSAGES: dict[str, tuple[Callable[..., Any], dict[str, Any]]] = {
    "Expected a net but got net=None. shapecalc.parse, shapecalc.load and shapecalc.Builder make nets.": (
        pytorch.verify,
        {"net": None},
    ),
    "Expected the name of a data set, such as 'digits', or samples but got data=3.": (
        pytorch.train,
        {**LEGAL, "data": 3},
    ),
    "Expected the path of a folder, or None but got out=3.": (pytorch.train, {**LEGAL, "out": 3}),
    "Expected the path of a weights file but got path=3.": (pytorch.load_trained, {"path": 3}),
    "The batch must be at least 1, not 0.": (pytorch.example_inputs, {"net": NET, "batch": 0}),
}
#: What is legal among the values.
ALLOWED = [("out", None), ("out", "text"), ("out", ""), ("lr", 1.5)]


@pytest.mark.parametrize("function", CALLS, ids=lambda function: function.__name__)
def test_a_wrong_type_is_refused_in_one_line(function, tmp_path, monkeypatch):
    """Whatever stands for an argument, the function answers or raises our error, with a message of one line."""
    monkeypatch.chdir(tmp_path)
    legal = LEGAL if function is pytorch.train else CALLS[function]
    for name in CALLS[function]:
        for value in VALUES:
            if (name, value) not in ALLOWED:
                assert "\n" not in refusal(function, {**legal, name: value})


@pytest.mark.parametrize("message", MESSAGES)
def test_a_message_says_what_was_expected(message):
    """The message names the argument and what was expected."""
    function, arguments = MESSAGES[message]
    assert refusal(function, arguments) == message
