"""What all tests share: how many random examples are tried, and which tests run only when asked for."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, settings

#: Random examples for each layer class, and behind --deep.
EXAMPLES, DEEP_EXAMPLES = 200, 20_000

settings.register_profile(
    "shapecalc", deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)
settings.load_profile("shapecalc")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--deep", action="store_true", help="run the tests that take many minutes, on fresh randomness")
    parser.addoption("--examples", type=int, help="random examples for each layer class, instead of the usual number")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--deep"):
        return
    for item in items:
        if item.get_closest_marker("deep"):
            item.add_marker(pytest.mark.skip(reason="takes many minutes; run with --deep"))


@pytest.fixture(scope="session")
def thorough(pytestconfig: pytest.Config) -> settings:
    """Settings for a property that is tried for every layer class."""
    deep = pytestconfig.getoption("--deep")
    count = pytestconfig.getoption("--examples") or (DEEP_EXAMPLES if deep else EXAMPLES)
    # without the phase that explains failures, which traces every line of every example
    return settings(max_examples=count, derandomize=not deep, phases=(Phase.generate, Phase.shrink))
