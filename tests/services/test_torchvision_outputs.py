"""Nets of the zoo with the weights of torchvision's models: they compute the same."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
import torch
from torch import nn

from shapecalc import parse
from shapecalc.pytorch import build
from tests.narrow import integers
from tests.services.torchvision_beside_cpu import ARGUMENTS, models

pytestmark = pytest.mark.service("torchvision")

#: Nets that label each pixel.
SEGMENTING = ("deeplabv3_resnet50", "fcn_resnet50", "deeplabv3_mobilenet_v3_large", "lraspp_mobilenet_v3_large")


def whole(name: str) -> nn.Module:
    module: nn.Module = models().get_model(name, weights=None, **ARGUMENTS[name], num_classes=5)
    return module


#: A net of the zoo, its input, and how torchvision makes it. Their weights are random.
NETS: dict[str, tuple[str, Callable[[], nn.Module]]] = {
    "zoo:convnext_tiny(scale=1, classes=5)": (
        "3x64x32",
        lambda: models().convnext_tiny(layer_scale=1.0, num_classes=5),
    ),
    "zoo:vit_b_16(image=64, layers=2, heads=4, width=32, classes=5)": (
        "3x64x64",
        lambda: models("vision_transformer").VisionTransformer(64, 16, 2, 4, 32, 128, num_classes=5),
    ),
    **{f"zoo:{name}(classes=5)": ("3x35x66", partial(whole, name)) for name in SEGMENTING},
}


@pytest.mark.parametrize("spec", NETS)
def test_a_net_computes_what_torchvisions_model_computes(spec: str) -> None:
    """With its state, and every number of it at random."""
    shape, factory = NETS[spec]
    torch.manual_seed(0)
    net, other = parse(spec, input_shape=shape), factory().eval()
    state = {key: _random(value) for key, value in other.state_dict().items()}
    other.load_state_dict(state)
    module = build(net).eval()
    module.load_state_dict(state)
    image = torch.rand(2, *integers(next(iter(net.inputs.values()))))
    with torch.no_grad():
        torch.testing.assert_close(_values(module(image)), _values(other(image)), rtol=1e-4, atol=1e-5)


def _random(value: torch.Tensor) -> torch.Tensor:
    """Numbers that are no variance below zero, small enough that none grows along a net."""
    return torch.rand_like(value) / max(2, value[0].numel()) if value.is_floating_point() else value


def _values(output: Any) -> list[torch.Tensor]:
    if isinstance(output, dict):
        return [*output.values()]
    return [output] if isinstance(output, torch.Tensor) else [*output]
