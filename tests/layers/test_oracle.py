"""Every layer against torch: shapes, parameters, buffers, work, and whether it is legal at all."""

from __future__ import annotations

import pytest
from hypothesis import given

from shapecalc.layers import REGISTRY
from tests.campaigns import examples
from tests.layers.case import Case
from tests.layers.differences import DIFFERENCES
from tests.layers.strategies import CASES
from tests.layers.torch_side import Outcome, ours, theirs


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
def test_a_layer_agrees_with_torch(name: str):
    """Whatever its arguments and inputs are, the engine says of a layer what torch does."""

    @examples(80, deep=20_000)
    @given(CASES[name])
    def agrees(case: Case):
        torch, engine = agreed(case)
        assert torch == engine

    agrees()


#: Cases in which the engine once differed, and random examples find rarely.
FOUND = (
    Case(
        "MultiheadAttention", {"embed_dim": 4, "num_heads": 2, "add_bias_kv": True, "vdim": 5}, ((2, 4), (3, 4), (3, 5))
    ),
    Case(
        "MultiheadAttention", {"embed_dim": 1, "num_heads": 1, "add_bias_kv": True, "kdim": 3}, ((1, 1), (1, 3), (1, 1))
    ),
    Case("LPPool1d", {"norm_type": 2, "kernel_size": (3,)}, ((3, 10),)),
    Case("Unflatten", {"dim": 1, "unflattened_size": ()}, ((4, 5),)),
    Case("Upsample", {"scale_factor": ()}, ((3, 4, 4),)),
    Case("Upsample", {"scale_factor": 600 / 149}, ((3, 149),)),
    Case("UpsamplingBilinear2d", {"size": 2, "scale_factor": ()}, ((3, 4, 4),)),
)


@pytest.mark.parametrize("case", FOUND, ids=lambda case: case.name)
def test_a_case_that_was_wrong_once_agrees(case: Case):
    """What one deep run found stays mended."""
    torch, engine = agreed(case)
    assert torch == engine
