"""The page of the inputs that a net accepts, in letters, and of which layer requires what."""

from __future__ import annotations

from shapecalc.errors import ShapecalcError, ShapeError
from shapecalc.layers import counted_text
from shapecalc.measures import measure
from shapecalc.measures.misreading import input_words
from shapecalc.page import Notes, Page, Table
from shapecalc.page.numbers import thousands
from shapecalc.solve import ClosedForm, closed_form, with_letters
from shapecalc.web.frame import WebPage
from shapecalc.web.markup import Markup, element, fragment, page_markup
from shapecalc.web.net_form import NetQuestion, PageAnswer, net_page, net_question, refusal_markup
from shapecalc.web.request import WebRequest
from shapecalc.web.tables import table_markup


def answer(request: WebRequest) -> WebPage:
    """The form of a net, and its domain."""
    question = net_question(request)
    content, summary = _domain(question)
    shown = PageAnswer("Which inputs are legal", content, "Find the domain", summary)
    return net_page("Letters and domain", "domain", question, Markup(""), shown)


def _domain(question: NetQuestion) -> tuple[Markup, str]:
    """The domain, and the same in a sentence."""
    net = question.reading.net
    if net is None or question.reading.shape_refusal is not None:
        return Markup(""), ""
    try:
        try:
            form = closed_form(with_letters(net))
        except ShapeError:
            measure(net)  # its own sizes may say better what is wrong
            raise
    except ShapeError as refused:
        return refusal_markup(refused), str(refused)
    except ShapecalcError as refused:
        return element("p", str(refused), class_="message"), str(refused)
    parts = [
        table_markup(block, "What each layer requires") if isinstance(block, Table) else page_markup(Page((block,)))
        for block in form.domain.page(heading=f"input {input_words(form.report.net)}").blocks
    ]
    return fragment(*parts, _in_letters(form)), form.domain.sentence()


def _in_letters(form: ClosedForm) -> Markup:
    """The measures for every legal input at once."""
    notes = [("output", counted_text(form.output_shape)), ("parameters", thousands(form.parameters))]
    if form.macs is not None:
        notes.append(("MACs", thousands(form.macs)))
    return fragment(element("h2", "In letters"), page_markup(Page((Notes(tuple(notes)),))))
