"""The page that gives a net away: as source, as a network file, as LaTeX, as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import NamedTuple, final

from shapecalc.derivations import explain
from shapecalc.emission import emit
from shapecalc.errors import ShapecalcError
from shapecalc.formats import dumps
from shapecalc.measures import measure
from shapecalc.net import Net
from shapecalc.web.fields import choice_field
from shapecalc.web.frame import WebPage
from shapecalc.web.links import address
from shapecalc.web.markup import Markup, element, fragment
from shapecalc.web.net_form import NetQuestion, PageAnswer, net_page, net_question
from shapecalc.web.request import WebRequest, WebResponse


@final
class CodeForm(NamedTuple):
    """A way to write a net.

    Attributes:
        words: what it is called.
        file: the name of a file of it.
        write: gives the text.
    """

    words: str
    file: str
    write: Callable[[Net], str]


def _json(net: Net) -> str:
    return json.dumps(measure(net).as_dict(), indent=2, ensure_ascii=False) + "\n"


CODE_FORMS = {
    "torch": CodeForm("torch", "net.py", emit),
    "keras": CodeForm("Keras", "net_keras.py", lambda net: emit(net, to="keras")),
    "yaml": CodeForm("YAML, a network file", "net.yaml", dumps),
    "latex": CodeForm("LaTeX, with every formula", "net.tex", lambda net: explain(net).latex() + "\n"),
    "json": CodeForm("JSON, with every measure", "net.json", _json),
}


def answer(request: WebRequest) -> WebPage | WebResponse:
    """The form of a net, and its text; or a file with it."""
    question = net_question(request)
    notation = request.text("as") if request.text("as") in CODE_FORMS else "torch"
    text, refusal = _text(question, CODE_FORMS[notation])
    if request.text("file") and not refusal:
        headers = (("content-disposition", f'attachment; filename="{CODE_FORMS[notation].file}"'),)
        return WebResponse(200, "application/octet-stream", text.encode(), headers)
    choices = choice_field("as", "As", notation, {name: each.words for name, each in CODE_FORMS.items()})
    content = element("p", refusal, class_="message") if refusal else _shown(question, notation, text)
    return net_page(
        "A net as code", "code", question, choices, PageAnswer("Its text", content, "Write", more={"as": notation})
    )


def _text(question: NetQuestion, notation: CodeForm) -> tuple[str, str]:
    """The text, or why there is none."""
    reading = question.reading
    if reading.net is None or reading.shape_refusal is not None:
        return "", str(reading.shape_refusal or reading.refusal or "Write a net.")
    try:
        return notation.write(reading.net), ""
    except ShapecalcError as refused:
        return "", str(refused)


def _shown(question: NetQuestion, notation: str, text: str) -> Markup:
    rows = min(max(text.count("\n") + 1, 4), 30)
    file = CODE_FORMS[notation].file
    link = address("code", {**question.fields, "as": notation, "file": file})
    return fragment(
        element("p", element("label", CODE_FORMS[notation].words, for_="text")),
        element("textarea", Markup("\n"), text, id="text", rows=rows, readonly=True, spellcheck="false"),
        element(
            "p",
            element("button", "Copy", type="button", data_copies="text"),
            " ",
            element("a", f"Save as {file}", href=link, download=file) if link else "",
        ),
    )
