"""The answer to a request: the page at its address, the same for every host."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from importlib.resources import files
from typing import Any

from shapecalc.errors import ShapecalcError
from shapecalc.web.frame import WebPage, framed
from shapecalc.web.links import unpacked
from shapecalc.web.markup import element, fragment
from shapecalc.web.request import WebRequest, WebResponse

#: The pages, each with its module, which is imported when it is first asked for.
PAGES = {
    "": "start",
    "net": "nets",
    "picture": "pictures",
    "domain": "domains",
    "field": "fields_seen",
    "code": "codes",
    "layer": "layer_sliders",
    "solve": "questions",
    "practice": "practising",
    "kernels": "kernel_effects",
}
#: The files that belong to the pages, each with its media type.
STATIC = {
    "icon.svg": "image/svg+xml",
    "shapecalc.js": "text/javascript; charset=utf-8",
    "style.css": "text/css; charset=utf-8",
    "transport.js": "text/javascript; charset=utf-8",
}
HTML = "text/html; charset=utf-8"


def respond(request: WebRequest) -> WebResponse:
    """The answer to a request; the same request has the same answer, and nothing is remembered between two.

    A page is a module of :mod:`shapecalc.web.pages` with a function ``answer(request)``, which gives a page, or a
    response where that is no page: a file to download.

    Args:
        request: its path is one of :data:`PAGES`, or of a file of :data:`STATIC` below ``static/``.
    """
    address = request.path.strip("/")
    folder, _, name = address.rpartition("/")
    if folder == "static" and name in STATIC:
        return WebResponse(200, STATIC[name], static_file(name))
    if request.method not in {"GET", "HEAD", "POST"}:
        return WebResponse(405, "text/plain; charset=utf-8", b"Only GET, HEAD and POST are answered.\n")
    if address not in PAGES:
        root = "../" * address.count("/") or "./"
        return WebResponse(404, HTML, framed(_missing(root), here=address, root=root))
    try:
        request = replace(request, query=unpacked(request.query))
        answer: Any = import_module(f"shapecalc.web.pages.{PAGES[address]}").answer(request)
    except ShapecalcError as refused:
        answer = WebPage("Refused", element("p", str(refused), class_="message"), 422)
    if isinstance(answer, WebResponse):
        return answer
    return WebResponse(answer.status, HTML, framed(answer, here=address))


def static_file(name: str) -> bytes:
    """The content of a file of :data:`STATIC`."""
    return files("shapecalc.web").joinpath("static", name).read_bytes()


def _missing(root: str) -> WebPage:
    start = element("a", "The start page", href=root)
    return WebPage("There is no such page", element("p", fragment(start, " has links to all pages.")), 404)
