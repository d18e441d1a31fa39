"""Picture: what is drawn, as SVG and HTML; a notebook shows it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from html import escape
from typing import final
from xml.etree.ElementTree import Element

from shapecalc.drawing.svg import add, markup, number
from shapecalc.drawing.theme import style
from shapecalc.errors import ShapeError
from shapecalc.page.signs import visible

_XMLNS = "http://www.w3.org/2000/svg"


@final
@dataclass(frozen=True)
class Picture:
    """A drawing with a title and a description, from which its files are written.

    Attributes:
        title: what it shows, in a few words.
        description: the same in sentences, for those who do not see it.
        width: in pixels.
        height: in pixels.
        paint: adds its elements to the one that it is called with.
        rules: its own rules of style: see :func:`shapecalc.drawing.theme.style`.
        source: the same in the language of graphviz, where ``dot`` can draw it; or "".
        refusal: why a layer refuses, where the picture ends there; or None.
        page: the elements of its page of HTML, from the picture; by default the picture alone.
    """

    title: str
    description: str
    width: float
    height: float
    paint: Callable[[Element], None] = field(repr=False, compare=False)
    rules: tuple[str, ...] = field(default=(), repr=False)
    source: str = field(default="", repr=False)
    refusal: ShapeError | None = field(default=None, repr=False, compare=False)
    page: Callable[[Picture], str] | None = field(default=None, repr=False, compare=False)

    def svg(self) -> str:
        """The picture as an SVG document: the same bytes for the same picture, with nothing that runs."""
        root = Element("svg", {"xmlns": _XMLNS, "class": "shapecalc", "role": "img"})
        root.set("width", number(self.width))
        root.set("height", number(self.height))
        root.set("viewBox", f"0 0 {number(self.width)} {number(self.height)}")
        title = add(root, "title", self.title)
        description = add(root, "desc", self.description)
        add(root, "style").text = style(*self.rules)
        add(root, "rect", class_="ground", width=self.width, height=self.height)
        self.paint(root)
        # two pictures of one page have different names for their titles
        mark = sha256(markup(root).encode()).hexdigest()[:12]
        for element, name in ((title, f"title-{mark}"), (description, f"desc-{mark}")):
            element.set("id", name)
        root.set("aria-labelledby", f"title-{mark} desc-{mark}")
        return markup(root) + "\n"

    def html(self) -> str:
        """The picture as a page of HTML that needs nothing else."""
        body = self.svg() if self.page is None else self.page(self)
        return (
            '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            f"<title>{escape(visible(self.title))}</title>\n<style>{_PAGE}</style>\n</head>\n"
            f"<body>\n<main>\n{body}</main>\n</body>\n</html>\n"
        )

    def _repr_svg_(self) -> str:
        return self.svg()


_PAGE = (
    ":root{color-scheme:light dark}body{margin:1rem;font-family:system-ui,sans-serif;background:#fff;color:#1b1f24}"
    "svg{max-width:100%;height:auto}"
    "@media (prefers-color-scheme:dark){body{background:#16181d;color:#e8eaed}}"
)
