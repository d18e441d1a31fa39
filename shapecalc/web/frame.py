"""The frame of every page: its head, the navigation, the main part and the foot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from shapecalc.web.markup import Markup, element, fragment

#: The pages in the navigation: each address with its name.
NAVIGATION = {
    "": "Start",
    "net": "Net",
    "layer": "Layer",
    "solve": "Solve",
    "kernels": "Kernels",
    "practice": "Practice",
}


@final
@dataclass(frozen=True)
class WebPage:
    """What a page shows.

    Attributes:
        title: its heading.
        content: the elements below the heading.
        status: of the response.
        place: the page of the navigation that it belongs to, where that is another one.
    """

    title: str
    content: Markup
    status: int = 200
    place: str = ""


def _current(address: str, here: str | None, place: str) -> str | None:
    """Whether an entry of the navigation is the page itself, or the one that it belongs to."""
    return "page" if address == here else "true" if address == place != "" else None


def framed(
    page: WebPage, *, here: str | None = "", root: str = "./", navigation: dict[str, str] | None = None
) -> bytes:
    """A whole document.

    Args:
        page: what it shows.
        here: the address of the page, which the navigation marks; None where that is in a folder of its own.
        root: how the folder of the pages is reached from it: ``./``, or ``../`` from a folder below.
        navigation: the pages in the navigation, by address.
    """
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("title", f"{page.title} · shapecalc"),
        element("link", rel="stylesheet", href=f"{root}static/style.css"),
        element("link", rel="icon", href=f"{root}static/icon.svg", type="image/svg+xml"),
        element("script", type="module", src=f"{root}static/shapecalc.js"),
    )
    links = fragment(
        *[
            element("li", element("a", name, href=f"{root}{address}", aria_current=_current(address, here, page.place)))
            for address, name in (NAVIGATION if navigation is None else navigation).items()
        ]
    )
    body = element(
        "body",
        element("a", "To the content", class_="skip", href="#main"),
        element("header", element("nav", element("ul", links), aria_label="Pages")),
        element("main", element("h1", page.title, tabindex=-1), page.content, id="main"),
        element(
            "footer",
            element("p", "What is written here is read, and never run. Nothing is sent to anybody else."),
        ),
        element("p", role="status", class_="status", id="status"),
    )
    return f"<!DOCTYPE html>\n{element('html', fragment(head, body), lang='en')}\n".encode()
