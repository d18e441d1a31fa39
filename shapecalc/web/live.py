"""A page with a form whose answer changes while one types."""

from __future__ import annotations

from shapecalc.web.frame import WebPage
from shapecalc.web.markup import Markup, element, fragment


def live_page(title: str, form: Markup, link: str, shown: Markup) -> WebPage:
    """The form, the link that holds what was asked, and the answer.

    Args:
        title: of the page.
        form: the form, which has the attribute data-answers.
        link: the address that holds the question; "" where it is too long for one.
        shown: the answer.
    """
    own = element("a", "Link to this", id="permalink", href=link) if link else ""
    links = element("p", own, id="links", data_live=True)
    return WebPage(title, fragment(form, links, element("div", shown, id="result", data_live=True)))
