"""What the explanation says of layers that join branches."""

from __future__ import annotations

import pytest

import shapecalc
from shapecalc.layers import Add, Concat, Conv2d


@pytest.mark.parametrize("layer", [Add(), Concat()])
def test_a_merge_says_what_it_sees(layer):
    """The field behind a merge is that of all its inputs, and the explanation says so."""
    net = shapecalc.Builder((8, 16, 16))
    narrow, wide = (net.add(Conv2d(8, 8, size, padding=size // 2), inputs="input") for size in (3, 5))
    net.add(layer, inputs=(narrow, wide))
    assert "  field 5, jump 1, start −2; what any of its inputs sees\n" in str(shapecalc.explain(net.build()))
