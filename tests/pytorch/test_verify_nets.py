"""Published networks against torch, whole."""

from __future__ import annotations

import inspect
from collections.abc import Callable

import pytest

from shapecalc import Net
from shapecalc.pytorch import verify
from tests import nets

#: Every builder of a published network that needs no arguments.
BUILDERS = {
    name: build
    for name, build in vars(nets).items()
    if inspect.isfunction(build)
    and all(one.default is not one.empty for one in inspect.signature(build).parameters.values())
}


@pytest.mark.parametrize("name", BUILDERS)
def test_a_published_network_verifies(name: str):
    """On every shape, parameter and MAC of the network torch agrees."""
    build: Callable[[], Net] = BUILDERS[name]
    assert [row for row in verify(build()).rows if not row.ok] == []
