"""The page of a net's graph."""

from __future__ import annotations

from shapecalc.drawing import draw
from shapecalc.errors import ShapecalcError
from shapecalc.web.embedding import picture_markup
from shapecalc.web.fields import choice_field, flag_field
from shapecalc.web.frame import WebPage
from shapecalc.web.markup import Markup, element, fragment
from shapecalc.web.net_form import NetQuestion, PageAnswer, net_page, net_question, refusal_markup
from shapecalc.web.request import WebRequest

_DEPTHS = {
    "": "every layer, or blocks where they are many",
    "1": "blocks, folded at the first dot",
    "2": "at the second dot",
}


def answer(request: WebRequest) -> WebPage:
    """The form of a net, and its graph."""
    question = net_question(request)
    depth, apart = request.text("depth"), request.text("apart") == "yes"
    choices = element(
        "div",
        choice_field("depth", "Boxes", depth, _DEPTHS),
        flag_field("apart", "activations and norms apart", is_set=apart),
        class_="beside",
    )
    more = {"depth": depth, "apart": request.text("apart")}
    shown = PageAnswer("The graph", _graph(question, depth, apart=apart), "Draw", more=more)
    return net_page("A net as a picture", "picture", question, choices, shown)


def _graph(question: NetQuestion, depth: str, *, apart: bool) -> Markup:
    net = question.reading.net
    if net is None or question.reading.shape_refusal is not None:
        return Markup("")
    try:
        # the layout that needs no other program, so that every host draws alike
        picture = draw(net, depth=int(depth) if depth in _DEPTHS and depth else None, apart=apart, layout="grandalf")
    except ShapecalcError as refused:
        return element("p", str(refused), class_="message")
    refusal = "" if picture.refusal is None else refusal_markup(picture.refusal)
    return fragment(refusal, picture_markup(picture))
