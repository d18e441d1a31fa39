"""Every layer against torch: shapes, parameters, buffers, work, and whether it is legal at all."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from shapecalc.layers import REGISTRY
from tests.layers.differences import DIFFERENCES
from tests.layers.strategies import CASES
from tests.layers.torch_side import Case, Outcome, ours, theirs


def agreed(case: Case) -> tuple[Outcome, Outcome]:
    """Both answers; where the engine refuses on purpose what torch runs, torch's stands for both."""
    engine, torch = ours(case), theirs(case)
    if torch.legal and not engine.legal and any(covers(case, torch) for covers in DIFFERENCES.values()):
        return torch, torch
    return torch, engine


def test_every_layer_is_tried():
    """Every registered layer has a strategy for its arguments."""
    assert set(REGISTRY) == set(CASES)


@pytest.mark.parametrize("name", REGISTRY)
def test_a_layer_agrees_with_torch(name: str, thorough: settings):
    """Whatever its arguments and inputs are, the engine says of a layer what torch does."""

    @thorough
    @given(CASES[name])
    def agrees(case: Case):
        torch, engine = agreed(case)
        assert torch == engine

    agrees()
