"""What all tests share: which tests run, and how much they try."""

from __future__ import annotations

import os

import pytest

from tests import campaigns, needs

os.environ.setdefault("OMP_NUM_THREADS", "1")  # torch reads it: tensors as small as these only wait for other threads


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--deep", action="store_true", help="run the tests that take many minutes, on fresh randomness")
    parser.addoption("--service", action="store_true", help="run the tests that need a service, and no others")
    parser.addoption("--peer", action="store_true", help="run the tests that need another tool, and no others")
    parser.addoption("--examples", type=int, help="with --deep: at most so many random cases for each property")


def pytest_configure(config: pytest.Config) -> None:
    campaigns.start(deep=config.getoption("--deep"), most=config.getoption("--examples"))


@pytest.hookimpl(tryfirst=True)
def pytest_make_collect_report(collector: pytest.Collector) -> pytest.CollectReport | None:
    """Skip a module that imports torch or what drives a browser where there is none, in the place of an error."""
    if not isinstance(collector, pytest.Module):
        return None
    is_wanted = collector.config.getoption("--service")
    if not is_wanted and not needs.has("playwright") and needs.needs_browser(collector.path):
        return _skipped(collector, "needs browser: make services")
    if needs.has_torch() or needs.everything_required() or not needs.needs_torch(collector.path):
        return None
    return _skipped(collector, "needs torch")


def _skipped(module: pytest.Module, reason: str) -> pytest.CollectReport:
    return pytest.CollectReport(module.nodeid, "skipped", (str(module.path), 1, f"Skipped: {reason}"), [])


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    tiers = [tier for tier in needs.TIERS if config.getoption(f"--{tier}")]
    if tiers:
        chosen = [item for item in items if any(map(item.get_closest_marker, tiers))]
        config.hook.pytest_deselected(items=[item for item in items if item not in {*chosen}])
        items[:] = chosen
    for item in items:
        reason = _left_out(item) or (None if needs.everything_required() else _missing(item))
        if reason:
            item.add_marker(pytest.mark.skip(reason=reason))


def pytest_runtest_setup(item: pytest.Item) -> None:
    if needs.everything_required() and (reason := _missing(item)):
        pytest.fail(reason, pytrace=False)


def _left_out(item: pytest.Item) -> str | None:
    """Why a test does not run unless it is asked for."""
    if item.get_closest_marker("deep") and not item.config.getoption("--deep"):
        return "takes many minutes: make deep"
    for tier, name in _services(item):
        if not item.config.getoption(f"--{tier}"):
            return f"needs {name}: {needs.COMMANDS[tier]}"
    return None


def _missing(item: pytest.Item) -> str | None:
    """What a test needs and does not have."""
    for tier, name in _services(item):
        if not needs.has(needs.TIERS[tier][name]):
            return f"needs {name}: {needs.COMMANDS[tier]}"
    return "needs torch" if item.get_closest_marker("torch") and not needs.has_torch() else None


def _services(item: pytest.Item) -> list[tuple[str, str]]:
    """The tiers that a test belongs to, each with the name of what it needs."""
    return [(mark.name, mark.args[0]) for mark in item.iter_markers() if mark.name in needs.TIERS]
