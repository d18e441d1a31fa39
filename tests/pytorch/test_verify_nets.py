"""Published networks against torch, whole."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shapecalc import Net
from shapecalc.pytorch import verify
from tests import nets
from tests.campaigns import examples
from tests.nets.drawn import small_nets

pytestmark = pytest.mark.filterwarnings("ignore:Using padding=.same")

#: Every builder of a published network that needs no arguments.
BUILDERS = {
    name: build
    for name, build in vars(nets).items()
    if inspect.isfunction(build)
    and all(one.default is not one.empty for one in inspect.signature(build).parameters.values())
}


@pytest.mark.parametrize("name", BUILDERS)
def test_a_published_network_verifies(name: str):
    """On every shape, parameter, MAC and saved byte of the network torch agrees."""
    build: Callable[[], Net] = BUILDERS[name]
    assert [row for row in verify(build()).rows if not row.ok] == []


def test_a_random_net_verifies():
    """On every number of a branching net torch agrees."""

    @examples(20, deep=2_000)
    @given(st.data())
    def check(data: Any) -> None:
        assert [row for row in verify(data.draw(small_nets())).rows if not row.ok] == []

    check()
