"""The page of one layer: a slider for every argument, and the picture of how it computes moves with them."""

from __future__ import annotations

import re
from typing import NamedTuple, final

from shapecalc.derivations import explain
from shapecalc.drawing.arithmetic.rendering import arithmetic_drawing
from shapecalc.errors import ShapecalcError, ShapeError, SpecError
from shapecalc.formats import parse, read_shape
from shapecalc.layers import Layer, Shape, counted_text, layer_classes
from shapecalc.measures import Report, measure
from shapecalc.page import Derivation, Page
from shapecalc.web.argument_fields import argument_fields, argument_texts
from shapecalc.web.embedding import picture_markup
from shapecalc.web.fields import FieldNote, button, choice_field, flag_field, noted, slider_field, text_field
from shapecalc.web.frame import WebPage
from shapecalc.web.links import address
from shapecalc.web.live import live_page
from shapecalc.web.markup import Markup, element, fragment, page_markup
from shapecalc.web.net_form import shape_words
from shapecalc.web.request import WebRequest

#: The layer at first, and inputs by how many dimensions they have.
FIRST = "Conv2d"
_INPUTS = {1: "16", 2: "4x12", 3: "4x8x8", 4: "4x6x6x6"}


@final
class LayerQuestion(NamedTuple):
    """What the form asks about a layer.

    Attributes:
        cls: its class.
        shape: the text of the input.
        spec: the layer in torch's words.
        report: its measures; None where there are none.
        refusal: why there are none.
    """

    cls: type[Layer]
    shape: str
    spec: str
    report: Report | None
    refusal: ShapecalcError | None


def answer(request: WebRequest) -> WebPage:
    """The form of a layer, its picture and its formulas."""
    question = _question(request)
    layer = question.report.rows[0].layer if question.report else None
    notes = _notes(question)
    step, steps, picture = _picture(request, question)
    fields = fragment(
        choice_field("layer", "The layer", question.cls.__name__, {name: name for name in _names()}, submits="ask"),
        text_field("input", "Input, without the batch", question.shape, _shape_note(question.shape)),
        element("input", type="hidden", name="shown", value="yes"),
        element("div", *argument_fields(request, question.cls, notes, layer), class_="beside"),
    )
    play = fragment(
        slider_field("step", "Step of the picture", step, 1, max(steps, 1)) if steps else "",
        flag_field("numbers", "numbers in the cells", is_set=bool(request.text("numbers"))),
        flag_field("play", "all steps, as an animation", is_set=bool(request.text("play"))),
    )
    form = element("form", fields, element("div", play, class_="beside"), button("Show", id_="ask"), id="layer-form",
                   method="post", action="./layer", data_answers=True)  # fmt: skip
    link = address("layer", {name: request.text(name) for name in (*request.query, *request.form)})
    summary = counted_text(question.report.output_shape) if question.report else str(question.refusal)
    shown = element("section", element("h2", "What it does"), _shown(question, picture), data_said=summary)
    return live_page("A layer and its arguments", form, link, shown)


def _names() -> list[str]:
    """The layers that read one value."""
    classes = layer_classes()
    return sorted(name for name, cls in classes.items() if cls.arity[0] <= 1 <= cls.arity[1] and not cls.is_shape_alone)


def _question(request: WebRequest) -> LayerQuestion:
    name = request.text("layer") if request.text("layer") in _names() else FIRST
    cls = layer_classes()[name]
    dims = 3 if not cls.dims or 3 in cls.dims else min(cls.dims)
    text = request.text("input") or _INPUTS.get(dims, _INPUTS[3])
    spec = name
    try:
        shape: Shape = read_shape(text)
        if cls.dims and len(shape) not in cls.dims and not request.text("shown"):
            text = _INPUTS[dims]
            shape = read_shape(text)
        channels = shape[0] if isinstance(shape[0], int) else 4
        arguments = argument_texts(request, cls, channels)
        spec = f"{name}({', '.join(f'{argument}={value}' for argument, value in arguments.items())})"
        net = parse(spec, input_shape=shape)
        if len(net.nodes) != 1 or type(net.nodes[0].layer) is not cls:
            raise SpecError(f"{spec} is not one layer; write numbers, or tuples of them.")
        report = measure(net)
        return LayerQuestion(cls, text, repr(report.rows[0].layer), report, None)
    except ShapecalcError as refused:
        return LayerQuestion(cls, text, spec, None, refused)


def _notes(question: LayerQuestion) -> dict[str, FieldNote]:
    """Why the layer is refused, beside the argument that is named first."""
    if question.refusal is None or isinstance(question.refusal, ShapeError):
        return {}
    words = str(question.refusal)
    places = {name: match.start() for name in question.cls.fields if (match := re.search(rf"\b{name}\b", words))}
    return {min(places, key=lambda name: places[name]): FieldNote(message=words)} if places else {}


def _shape_note(text: str) -> FieldNote:
    return noted(text, lambda shape: shape_words(read_shape(shape)), "4x8x8")


def _picture(request: WebRequest, question: LayerQuestion) -> tuple[int, int, Markup]:
    """The step that is shown, how many there are, and the picture; or why there is none."""
    if question.report is None:
        return 1, 0, Markup("")
    try:
        drawing = arithmetic_drawing(question.report, numbers=bool(request.text("numbers")))
    except ShapecalcError as refused:
        return 1, 0, element("p", str(refused), class_="hint")
    count = len(drawing.steps)
    text = request.text("step")
    step = min(max(int(text), 1), count) if text.isdecimal() and len(text) < 6 else 1
    shown = drawing if request.text("play") else drawing._replace(only=step - 1)
    return step, count, picture_markup(shown.picture())


def _shown(question: LayerQuestion, picture: Markup) -> Markup:
    """The layer with its formulas, and the picture."""
    spec = element("p", element("code", question.spec))
    if question.report is None:
        refusal = question.refusal
        repairs = f" {refusal.remedy}" if isinstance(refusal, ShapeError) and refusal.remedy else ""
        reason = refusal.reason if isinstance(refusal, ShapeError) else str(refusal)
        return fragment(spec, element("div", element("p", f"{reason}{repairs}"), class_="alarm"))
    blocks = explain(question.report.net).page(totals=False).blocks
    steps = [block for block in blocks if isinstance(block, Derivation)]
    bare = tuple([block._replace(name="", subject="", change="") for block in steps])
    return fragment(spec, *[element("p", block.change) for block in steps], picture, page_markup(Page(bare)))
