"""HTML as values: whatever is put into it is escaped, unless it is HTML already."""

from __future__ import annotations

import re
from html import escape
from typing import final

from shapecalc.page import Page, visible

#: What has no end tag.
_VOID = frozenset({"br", "img", "input", "link", "meta"})


@final
class Markup(str):
    """A text that is HTML; every other text is escaped where it is put in."""

    __slots__ = ()


#: What may be put into an element; None and False are nothing.
Child = str | bool | None


def element(tag: str, /, *children: Child, **attributes: str | float | bool | None) -> Markup:
    """An element with what stands in it.

    Args:
        tag: its name.
        children: HTML, or texts, which are escaped.
        attributes: by name; an underscore at the end is dropped, others stand for hyphens. True is an attribute without
            a value; False and None are none.

    Example:
        >>> from shapecalc.web.markup import element
        >>> print(element("p", "a < b", class_="note"))
        <p class="note">a &lt; b</p>
    """
    start = f"<{tag}{''.join(map(_attribute, attributes.items()))}>"
    return Markup(start if tag in _VOID else f"{start}{fragment(*children)}</{tag}>")


def _attribute(pair: tuple[str, str | float | bool | None]) -> str:
    name, value = pair
    if value is None or value is False:
        return ""
    name = name.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{_text(str(value))}"'


def fragment(*children: Child) -> Markup:
    """Elements and texts one behind the other."""
    return Markup("".join(child if isinstance(child, Markup) else _text(child or "") for child in children if child))


def _text(text: str | bool) -> str:
    """A text of lines and cells, escaped; what else a screen would not show is written as an escape."""
    return re.sub(r"[^\n\t]+", lambda match: escape(visible(match[0])), str(text))


def page_markup(page: Page) -> Markup:
    """A page of the library; its cells are aligned by the style sheet, as our policy has no inline style."""
    # text is escaped, so that a quotation mark is only that of an attribute
    return Markup(page.html().replace(' style="text-align: ', ' class="').replace("<table>", '<table class="grid">'))
