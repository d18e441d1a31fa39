"""The page of a net: what each layer gives, costs and sees."""

from __future__ import annotations

from shapecalc.errors import ShapecalcError
from shapecalc.web.frame import WebPage
from shapecalc.web.markup import element, fragment, page_markup
from shapecalc.web.reading import read_net
from shapecalc.web.request import WebRequest


def answer(request: WebRequest) -> WebPage:
    """The form of a net, and its measures."""
    text, shape = request.text("net"), request.text("input")
    fields = fragment(
        element("p", element("label", "Layers or source code", for_="net")),
        element("textarea", text, id="net", name="net", rows=8, spellcheck="false"),
        element("p", element("label", "Input without the batch", for_="input")),
        element("input", id="input", name="input", value=shape),
        element("button", "Measure"),
    )
    result = read_net(text, shape).measured()
    shown = element("p", str(result)) if isinstance(result, ShapecalcError) else page_markup(result.page())
    form = element("form", fields, method="post", action="./net")
    return WebPage("A net", fragment(form, element("section", shown, id="result", data_live=True)))
