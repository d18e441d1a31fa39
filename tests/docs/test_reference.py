"""The generated pages of the reference are current and complete."""

from __future__ import annotations

import pytest
from shapecalc_cli.application import COMMANDS

from tests.tools import (
    cli_reference,
    exchange_page,
    kernels_page,
    mistakes_page,
    net_schema,
    problem_codes,
    quiz_schema,
    quizzes_page,
    zoo_listing,
    zoo_page,
)


@pytest.fixture(autouse=True)
def _terminal(monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")


GENERATED = [
    cli_reference,
    exchange_page,
    kernels_page,
    mistakes_page,
    net_schema,
    problem_codes,
    quiz_schema,
    quizzes_page,
    zoo_listing,
    zoo_page,
]


@pytest.mark.parametrize("generator", GENERATED, ids=lambda module: module.PAGE.name)
def test_a_generated_page_is_current(generator):
    """The page is what its generator writes; `python -m tests.tools.refresh_docs` brings it up to date."""
    assert generator.PAGE.read_text(encoding="utf-8") == generator.page()


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_has_its_section(command):
    """Every command is on the page."""
    assert f"\n## shapecalc {command}\n" in cli_reference.PAGE.read_text(encoding="utf-8")


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_shows_an_example(command):
    """Every command's help has an example of its call."""
    assert f"\n    shapecalc {command}" in cli_reference.PAGE.read_text(encoding="utf-8")
