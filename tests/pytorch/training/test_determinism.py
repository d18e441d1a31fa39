"""Deterministic training: what cannot be repeated to the bit is refused before it begins."""

from __future__ import annotations

import os
import re

import pytest
import torch

import shapecalc
from shapecalc import SpecError
from shapecalc.layers import layer_classes
from shapecalc.pytorch.training.determinism import (
    MODES_WITHOUT_FORM,
    WITHOUT_FORM,
    WORKSPACE,
    refuse_layers_without_form,
)
from shapecalc.pytorch.training.loop import Fitting
from shapecalc.pytorch.training.trainer import train

NET = "Flatten() LazyLinear(10)"
CUDA = torch.device("cuda")


def switches() -> tuple[object, ...]:
    """What torch is asked to do."""
    return (
        torch.are_deterministic_algorithms_enabled(),
        torch.is_deterministic_algorithms_warn_only_enabled(),
        torch.backends.cudnn.deterministic,
        torch.backends.cudnn.benchmark,
        os.environ.get(WORKSPACE),
    )


@pytest.mark.parametrize("workspace", [None, ":16:8"])
def test_the_switches_hold_while_training(monkeypatch, workspace):
    """And are restored afterwards, also where the training fails."""
    if workspace:
        monkeypatch.setenv(WORKSPACE, workspace)
    before, during = switches(), []

    def move(_):
        during.append(switches())
        raise RuntimeError("enough")

    monkeypatch.setattr(Fitting, "_move", move)
    with pytest.raises(RuntimeError, match="enough"):
        train(shapecalc.parse(NET), out=None, progress=False, deterministic=True)
    assert (during, switches()) == ([(True, False, True, False, ":4096:8")], before)


def test_layers_without_a_deterministic_form_are_named():
    """On CUDA, by name; adaptive pooling to one value is a plain mean, and may stay."""
    net = shapecalc.parse("AdaptiveAvgPool2d(2) Conv2d(1, 4, 1) AdaptiveAvgPool2d(1) Flatten()", input_shape="1x8x8")
    with pytest.raises(SpecError, match=r"the way back of pool1 \(AdaptiveAvgPool2d\(2\)\) has no"):
        refuse_layers_without_form(net, CUDA)
    refuse_layers_without_form(net, torch.device("cpu"))
    refuse_layers_without_form(shapecalc.parse("Conv2d(1, 4, 1) AdaptiveAvgPool2d(1)", input_shape="1x8x8"), CUDA)


@pytest.mark.parametrize(("mode", "is_refused"), [("nearest", False), ("bilinear", True)])
def test_a_mode_decides(mode, is_refused):
    """Upsampling repeats values deterministically, and adds them up in any order."""
    net = shapecalc.parse(f"Upsample(scale_factor=2, mode={mode!r})", input_shape="1x8x8")
    if is_refused:
        with pytest.raises(SpecError, match="Upsample"):
            refuse_layers_without_form(net, CUDA)
    else:
        refuse_layers_without_form(net, CUDA)


def test_the_table_is_the_one_that_torch_documents():
    """Of the classes under torch's list of errors, all that are layers here stand in the table."""
    page = str(torch.use_deterministic_algorithms.__doc__).partition("normally-nondeterministic operations will throw")[
        2
    ]
    documented = set(re.findall(r":class:`torch\.nn\.(\w+)`", page)) & layer_classes().keys()
    assert documented - {"EmbeddingBag"} <= WITHOUT_FORM
    assert {*WITHOUT_FORM, *MODES_WITHOUT_FORM} <= layer_classes().keys()
    assert documented >= WITHOUT_FORM - {"UpsamplingBilinear2d"}
