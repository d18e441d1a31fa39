"""Pages answer the same request alike, wherever it comes from."""

from __future__ import annotations

import pytest

from shapecalc.web import WebRequest
from shapecalc.web.respond import PAGES, STATIC, respond


@pytest.mark.parametrize("address", PAGES)
def test_every_page_opens(address):
    """Without any field."""
    response = respond(WebRequest("GET", f"/{address}"))
    assert (response.status, response.media_type) == (200, "text/html; charset=utf-8")


@pytest.mark.parametrize("name", STATIC)
def test_the_files_of_the_pages_are_there(name):
    """Each with its media type."""
    assert respond(WebRequest("GET", f"/static/{name}")).status == 200


@pytest.mark.parametrize("path", ["/nothing", "/static/../request.py", "/static/nothing.js", "/net/more"])
def test_nothing_else_is_there(path):
    """Neither another page nor a file."""
    assert respond(WebRequest("GET", path)).status == 404
