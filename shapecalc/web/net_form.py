"""The part of a form that several pages have: a net, its input, and how both are read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import final

from shapecalc import zoo
from shapecalc.checking.repairs import changed_text
from shapecalc.errors import ShapeError, SpecError
from shapecalc.formats import spec_of
from shapecalc.layers import Shape, shape_text
from shapecalc.layers.core.axiswise import axis_names
from shapecalc.measures import Report
from shapecalc.measures.partial import PartialReport
from shapecalc.measures.repairs import repaired_nets
from shapecalc.net import Net
from shapecalc.web.fields import FieldNote, button, choice_field, file_field, text_field
from shapecalc.web.frame import WebPage
from shapecalc.web.links import address
from shapecalc.web.markup import Markup, element, fragment
from shapecalc.web.reading import NetReading, read_net
from shapecalc.web.request import WebRequest
from shapecalc.web.uploads import uploaded_text

#: The id of the form.
FORM = "net-form"
#: The most characters of a net that are repeated beside the field.
_SHOWN = 160
#: The pages that a net can be looked at with, each with its words.
VIEWS = {
    "net": "Table",
    "picture": "Picture",
    "domain": "Domain",
    "field": "Field",
    "code": "Code",
}


@final
@dataclass(frozen=True)
class NetQuestion:
    """The net that a form asks about.

    Attributes:
        reading: what its texts are read as.
        shape: the text of the input.
        network: the class of a program with several, or "".
        said: what was done to the net before it was read: a repair, a file; or "".
        refusal: why a file could not be read; None where it could.
    """

    reading: NetReading
    shape: str
    network: str = ""
    said: str = ""
    refusal: SpecError | None = None

    @property
    def fields(self) -> dict[str, str]:
        """The question as fields of an address."""
        return {"net": self.reading.text, "input": self.shape, "network": self.network}


def net_question(request: WebRequest, shape: str = "") -> NetQuestion:
    """The net of a request: what is written, the file or the net of the zoo that a button takes, or a repair of it.

    Args:
        request: its fields are net, input and network, and those of the buttons.
        shape: the input where the request has none.
    """
    text, network = request.text("net"), request.text("network")
    shape = request.text("input") or shape
    refusal: SpecError | None = None
    said = ""
    if request.text("take") == "zoo" and request.text("zoo"):
        text, shape, network = f"zoo:{request.text('zoo')}", "", ""
    elif request.text("take") == "file" and request.files.get("file"):
        try:
            text, network, said = uploaded_text(request.files["file"]), "", "This is what the file holds."
        except SpecError as refused:
            refusal = refused
    question = NetQuestion(read_net(text, shape, network), shape, network, said, refusal)
    if request.text("repair"):
        return _repaired(question, request.text("repair"))
    return _fixed(question, request.text("fix")) if request.text("fix") else question


def _repaired(question: NetQuestion, phrase: str) -> NetQuestion:
    """The question with a repair of its net made; as it was, where there is no such repair any more."""
    result = question.reading.measured()
    if not isinstance(result, PartialReport):
        return question
    net = repaired_nets(result.net, result.refusal.node).get(phrase)
    if net is None:
        return question
    shape = ", ".join(map(shape_text, net.inputs.values())) if net.inputs != result.net.inputs else question.shape
    text = question.reading.text if net.nodes == result.net.nodes else spec_of(net)
    return replace(question, reading=read_net(text, shape, question.network), shape=shape, said=f"Repaired: {phrase}.")


def _fixed(question: NetQuestion, place: str) -> NetQuestion:
    """The question with the repair of a problem of its program made, given by the problem's place in the list."""
    check = question.reading.check
    problems = [] if check is None else [*check.findings()]
    repair = (
        problems[int(place)].repair if place.isdecimal() and len(place) < 5 and int(place) < len(problems) else None
    )
    if repair is None:
        return question
    text = changed_text(question.reading.text, [repair])
    reading = read_net(text, question.shape, question.network)
    return replace(question, reading=reading, said=f"Repaired: {repair.advice}")


def net_fields(question: NetQuestion) -> Markup:
    """The fields of the net and its input."""
    names = {"": "choose a net", **{name: row["title"] or name for name, row in zoo.listing().items()}}
    reading = question.reading
    chosen = reading.text.strip().removeprefix("zoo:")
    zoo_field = choice_field("zoo", "A well-known net", chosen if chosen in names else "", names, submits="take-zoo")
    note = (
        FieldNote(message=str(question.refusal))
        if question.refusal
        else FieldNote(hint="text, .py, .ipynb, .yaml, .xlsx")
    )
    upload = file_field("file", "A file", note, submits="take-file")
    programs = _network_field(question)
    return fragment(
        text_field("net", "Layers, a network file, or source code", reading.text, net_note(question), rows=6),
        programs,
        text_field("input", "Input, without the batch", question.shape, shape_note(question)),
        element(
            "div",
            element("div", zoo_field, button("Take", id_="take-zoo", name="take", value="zoo", class_="take")),
            element("div", upload, button("Take", id_="take-file", name="take", value="file", class_="take")),
            class_="beside",
        ),
    )


def _network_field(question: NetQuestion) -> Markup:
    check = question.reading.check
    names = {} if check is None else {network.name: network.name for network in check.networks}
    if question.network:
        names = {question.network: question.network, **names}
    if len(names) < 2 and not question.network:
        return Markup("")
    return choice_field("network", "The network", question.network, {"": "the outermost", **names}, submits="ask")


def net_note(question: NetQuestion) -> FieldNote:
    """How the net is read, beside its field."""
    reading = question.reading
    if reading.refusal is not None:
        return FieldNote(message=str(reading.refusal))
    if reading.net is None:
        return FieldNote(hint="Conv2d(3, 10, 3) MaxPool2d(4) Flatten LazyLinear(10)")
    return FieldNote(reading=f"read as {_read_as(reading.net)}")


def _read_as(net: Net) -> str:
    """A net in a few words: its layers, where they are a short chain, or its name and their number."""
    if net.has_spec and len(text := str(net)) <= _SHOWN:
        return text
    count = len(net.nodes)
    return f"{net.name or 'a net'}, {count:,} layer{'s' * (count != 1)}"


def shape_note(question: NetQuestion) -> FieldNote:
    """How the input is read, beside its field."""
    reading = question.reading
    if reading.shape_refusal is not None:
        return FieldNote(message=str(reading.shape_refusal))
    if reading.shapes:
        return FieldNote(reading=f"read as {'; '.join(map(shape_words, reading.shapes))}")
    if reading.net is not None and all(reading.net.inputs.values()):
        return FieldNote(reading=f"the net's own: {reading.net.input_text()}")
    return FieldNote(hint="3x130x130, or 3xHxW with letters")


def shape_words(shape: Shape) -> str:
    """A shape in words: 3 channels, height 130, width 130."""
    if len(shape) < 2:
        return f"{shape_text(shape)} features"
    channels, *sizes = shape
    parts = [f"{name} {size}" for name, size in zip(axis_names(len(sizes)), sizes, strict=True)]
    return ", ".join([f"{channels} channel{'s' * (channels != 1)}", *parts])


def views(question: NetQuestion, here: str, more: Mapping[str, str] | None = None) -> Markup:
    """Links to the other pages about the same net, and the link that holds the question itself.

    Args:
        question: the net.
        here: the page that has them.
        more: what else this page was asked.
    """
    links = [
        element("a", words, href=address(page, question.fields) or None, aria_current="page" if page == here else None)
        for page, words in VIEWS.items()
    ]
    own = address(here, {**question.fields, **(more or {})})
    items = [element("li", link) for link in links]
    items.append(element("li", element("a", "Link to this", id="permalink", href=own)) if own else Markup(""))
    return element("nav", element("ul", *items), aria_label="This net", class_="views", id="views", data_live=True)


def net_page(title: str, here: str, question: NetQuestion, choices: Markup, answer: PageAnswer) -> WebPage:
    """A page about a net: the form, the ways to other pages, and the answer, which alone changes while one types.

    Args:
        title: of the page.
        here: its address.
        question: the net.
        choices: the fields that this page has besides.
        answer: what is shown.
    """
    fields = fragment(net_fields(question), choices, button(answer.verb, id_="ask"))
    form = element("form", fields, id=FORM, method="post", action=f"./{here}", enctype="multipart/form-data",
                   data_answers=True)  # fmt: skip
    said = element("p", question.said, class_="said") if question.said else ""
    shown = element("section", element("h2", answer.heading), said, answer.content, data_said=answer.summary or None)
    result = element("div", shown, id="result", data_live=True)
    return WebPage(title, fragment(form, views(question, here, answer.more), result), place="net")


@final
@dataclass(frozen=True)
class PageAnswer:
    """What a page about a net shows below its form.

    Attributes:
        heading: of the answer.
        content: the answer.
        verb: what the button of the form says.
        summary: the answer in a sentence, for those who do not see it.
        more: what else the page was asked.
    """

    heading: str
    content: Markup
    verb: str = "Show"
    summary: str = ""
    more: Mapping[str, str] = field(default_factory=dict)


def refusal_markup(result: PartialReport | ShapeError) -> Markup:
    """Why a layer refuses, with a button for each repair of the whole net."""
    refusal = result.refusal if isinstance(result, PartialReport) else result
    reason = f"{refusal.node}: {refusal.reason}" if refusal.node else refusal.reason
    repairs = [
        element("li", button(phrase, name="repair", value=phrase, form=FORM, class_="repair"))
        for phrase in refusal.repairs
    ]
    tried = fragment(
        element("p", "Each of these makes the whole net legal:"), element("ul", *repairs, class_="repairs")
    )
    return element("div", element("p", reason), tried if repairs else "", class_="alarm")


def unmeasured(result: Report | PartialReport | Exception) -> Markup | None:
    """What stands in place of an answer where the net cannot be measured; None where it can."""
    if isinstance(result, Report):
        return None
    if isinstance(result, PartialReport | ShapeError):
        return refusal_markup(result)
    return element("p", str(result), class_="message")
