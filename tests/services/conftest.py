"""Gradebooks of both kinds, for the tests that need a server of PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.services.postgres import Server, new_database, running_server


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with running_server() as running:
        yield running


@pytest.fixture(params=["SQLite", "PostgreSQL"])
def place(request, tmp_path, monkeypatch):
    """A new gradebook of each kind."""
    if request.param == "SQLite":
        return str(tmp_path / "course.db")
    server = request.getfixturevalue("server")
    monkeypatch.setenv("PGPASSWORD", server.password)
    return new_database(server)
