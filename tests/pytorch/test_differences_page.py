"""docs/reference/torch-differences.md says what is so."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from tests.layers.differences import DIFFERENCES
from tests.layers.torch_side import REFUSALS
from tests.tools.pages import ROOT

PAGE = (ROOT / "docs" / "reference" / "torch-differences.md").read_text(encoding="utf-8")

#: What the page says of the meta device: a layer, and an input on which the two differ.
META_ACCEPTS = {
    "ConvTranspose2d(1, 1, 3, stride=2, output_padding=2)": (
        lambda: nn.ConvTranspose2d(1, 1, 3, stride=2, output_padding=2),
        (2, 1, 5, 5),
    ),
    "ConvTranspose2d(1, 1, 3, output_padding=-1)": (
        lambda: nn.ConvTranspose2d(1, 1, 3, output_padding=-1),
        (2, 1, 5, 5),
    ),
    "ConvTranspose2d(1, 1, 3, padding=-1)": (lambda: nn.ConvTranspose2d(1, 1, 3, padding=-1), (2, 1, 5, 5)),
    "ConvTranspose2d(1, 1, 3, stride=0)": (lambda: nn.ConvTranspose2d(1, 1, 3, stride=0), (2, 1, 5, 5)),
    "Conv2d(1, 1, 3, dilation=-1)": (lambda: nn.Conv2d(1, 1, 3, dilation=-1), (2, 1, 5, 5)),
    "Conv2d(1, 1, 0)": (lambda: nn.Conv2d(1, 1, 0), (2, 1, 5, 5)),
    "Conv2d(1, 0, 3)": (lambda: nn.Conv2d(1, 0, 3), (2, 1, 5, 5)),
    "LazyConv2d(3, 3, groups=2)": (lambda: nn.LazyConv2d(3, 3, groups=2), (2, 4, 5, 5)),
    "AdaptiveAvgPool2d(2)": (lambda: nn.AdaptiveAvgPool2d(2), (2, 1, 0, 5)),
    "UpsamplingBilinear2d(scale_factor=0.1)": (lambda: nn.UpsamplingBilinear2d(scale_factor=0.1), (2, 1, 5, 5)),
    "CELU(alpha=0)": (lambda: nn.CELU(alpha=0), (2, 5)),
    "Softmax(dim=5)": (lambda: nn.Softmax(dim=5), (2, 5)),
    "Embedding(0, 4)": (lambda: nn.Embedding(0, 4), (2, 5)),
}


def runs(make, shape, device: str) -> bool:
    try:
        with torch.device(device):
            layer = make()
            layer(torch.zeros(*shape, dtype=torch.int64 if isinstance(layer, nn.Embedding) else torch.float32))
    except REFUSALS:
        return False
    return True


@pytest.mark.filterwarnings("ignore:Initializing zero-element tensors")  # the point of some rows
@pytest.mark.parametrize("text", META_ACCEPTS)
def test_meta_accepts_what_the_cpu_refuses(text: str):
    """Each row of the page's table is on the page, accepted on meta and refused on the CPU."""
    make, shape = META_ACCEPTS[text]
    assert (f"`{text}`" in PAGE, runs(make, shape, "meta"), runs(make, shape, "cpu")) == (True, True, False)


@pytest.mark.parametrize("key", DIFFERENCES)
def test_every_deliberate_difference_is_on_the_page(key: str):
    """What the oracle passes over is explained."""
    assert f"`{key}`" in PAGE
