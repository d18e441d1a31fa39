"""What the tests of services share: gradebooks of both kinds, and a browser."""

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


@pytest.fixture(scope="module")
def browser():
    """The browser of this machine."""
    from tests.services.browsing import chromium  # noqa: PLC0415  Playwright comes with the services

    with chromium() as browser:
        yield browser
