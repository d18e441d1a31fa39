"""The page of questions asked backwards: which layers, inputs, depths or sizes give a result."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, final

from shapecalc import solve
from shapecalc.errors import ShapecalcError, SpecError
from shapecalc.layers import shape_text
from shapecalc.measures.setting import OPTIMIZERS
from shapecalc.net import Net
from shapecalc.page import Presentable
from shapecalc.solve.windows.question import read_side
from shapecalc.web.fields import FieldNote, button, choice_field, flag_field, noted, text_field
from shapecalc.web.frame import WebPage
from shapecalc.web.links import address
from shapecalc.web.live import live_page
from shapecalc.web.markup import Markup, element
from shapecalc.web.net_form import NetQuestion, net_note, shape_note
from shapecalc.web.reading import read_net
from shapecalc.web.request import WebRequest
from shapecalc.web.tables import blocks_markup


@final
class InverseQuestion(NamedTuple):
    """A question.

    Attributes:
        words: the question itself.
        fields: the names of its fields.
        first: what stands in them at first.
        answer: the library's answer.
    """

    words: str
    fields: tuple[str, ...]
    first: Mapping[str, str]
    answer: Callable[[Mapping[str, str]], Presentable]


def _net(fields: Mapping[str, str]) -> Net:
    reading = read_net(fields["net"], fields.get("input", ""))
    refusal = reading.shape_refusal or reading.refusal
    if refusal is not None or reading.net is None:
        raise refusal or SpecError("Write layers.")
    if not all(reading.net.inputs.values()):
        raise SpecError("The shape of the input is not known; write it without the batch, such as 3xHxW.")
    return reading.net


def _layers(fields: Mapping[str, str]) -> Presentable:
    ranges: dict[str, Any] = {name: fields[name] for name in _RANGES if fields[name].strip()}
    kind = fields["kind"] or "conv"
    return solve.layers_for(fields["before"], fields["after"], layer=kind, ceil_mode=bool(fields["ceil"]), **ranges)


def _budget(fields: Mapping[str, str]) -> Presentable:
    amounts = {fields["of"] if fields["of"] in _AMOUNTS else "parameters": fields["most"]}
    setting = {name: fields[name] for name in ("batch", "optimizer") if fields[name].strip()}
    return solve.largest_for(_net(fields), **amounts, training=bool(fields["training"]),
                             **(setting if "memory" in amounts else {}))  # fmt: skip


_RANGES = ("kernel_size", "stride", "padding", "dilation")
_AMOUNTS = {"parameters": "parameters", "macs": "multiply-accumulates", "memory": "memory"}
_KINDS = {
    "conv": "convolution",
    "pool": "max pooling",
    "avgpool": "average pooling",
    "deconv": "transposed convolution",
}
_NET = {"net": "Conv2d(3, 10, 3) MaxPool2d(4)", "input": "3xHxW"}
QUESTIONS = {
    "layers": InverseQuestion(
        "Which layers turn one size into another?",
        ("before", "after", "kind", *_RANGES, "ceil"),
        {"before": "227", "after": "55", "kind": "conv"},
        _layers,
    ),
    "inputs": InverseQuestion(
        "Which inputs give an output?",
        ("net", "input", "output"),
        {**_NET, "output": "10x32x32"},
        lambda fields: solve.inputs_for(_net(fields), fields["output"]),
    ),
    "largest": InverseQuestion(
        "How large may a letter be within a budget?",
        ("net", "input", "of", "most", "training", "batch", "optimizer"),
        {"net": "zoo:resnet50", "input": "3xWxW", "of": "memory", "most": "2 GiB"},
        _budget,
    ),
    "field": InverseQuestion(
        "How large must a letter be for a field?",
        ("net", "input", "field"),
        {"net": "Conv2d(3, 8, F) Conv2d(8, 8, F)", "input": "3x64x64", "field": "31"},
        lambda fields: solve.smallest_for(_net(fields), field=fields["field"]),
    ),
    "depth": InverseQuestion(
        "How often must layers be repeated for a field?",
        ("stack", "field"),
        {"stack": "Conv1d(8, 8, 2, dilation=2**i)", "field": "512"},
        lambda fields: solve.depth_for(fields["stack"], field=fields["field"]),
    ),
    "restore": InverseQuestion(
        "Which transposed convolution gives a size back?",
        ("stack", "size"),
        {"stack": "Conv2d(64, 128, 3, stride=2, padding=1)", "size": "7"},
        lambda fields: solve.restore(fields["stack"], fields["size"]),
    ),
}


def answer(request: WebRequest) -> WebPage:
    """The form of a question, and its answer."""
    name = request.text("question") if request.text("question") in QUESTIONS else "layers"
    question = QUESTIONS[name]
    # a form that was sent says so, as fields may be empty on purpose
    is_sent = request.text("shown") == name
    fields = {each: request.text(each) or ("" if is_sent else question.first.get(each, "")) for each in question.fields}
    content, refusal = _answered(question, fields)
    words = {each: QUESTIONS[each].words for each in QUESTIONS}
    controls = [
        choice_field("question", "The question", name, words, submits="ask"),
        element("input", type="hidden", name="shown", value=name),
        element("div", *[_field(each, fields, refusal) for each in question.fields], class_="beside"),
    ]
    form = element("form", *controls, button("Find", id_="ask"), id="question-form", method="post", action="./solve",
                   data_answers=True)  # fmt: skip
    own = address("solve", {"question": name, "shown": name, **fields})
    shown = element("section", element("h2", "The answer"), content)
    return live_page("Questions asked backwards", form, own, shown)


def _answered(question: InverseQuestion, fields: Mapping[str, str]) -> tuple[Markup, str]:
    """The answer; or nothing, and why."""
    try:
        return blocks_markup(question.answer(fields).page(), question.words), ""
    except ShapecalcError as refused:
        return element("p", str(refused), class_="message"), str(refused)


_TRIED = "3, 3..7 or 1,3,5; empty for the usual ones"
#: The fields of texts: each with its label and what may be written.
_TEXTS = {
    "output": ("The output", "10x32x32"),
    "most": ("At most", "25.6M, or 2 GiB of memory"),
    "batch": ("Batch, for memory", "1; a letter for the largest"),
    "field": ("The field along each axis", "31"),
    "stack": ("The layer, or several", "i counts the repetitions from 0"),
    "size": ("What goes into it", "7"),
    "kernel_size": ("Kernel sizes to try", _TRIED),
    "stride": ("Strides to try", _TRIED),
    "padding": ("Paddings to try", _TRIED),
    "dilation": ("Dilations to try", _TRIED),
}


def _field(name: str, fields: Mapping[str, str], refusal: str) -> Markup:
    value = fields[name]
    match name:
        case "net" | "input":
            question = NetQuestion(read_net(fields["net"], fields["input"]), fields["input"])
            if name == "net":
                return text_field(name, "Layers, or zoo: and a name", value, net_note(question), rows=3)
            return text_field(name, "Input, with a letter", value, shape_note(question))
        case "before" | "after":
            note = noted(value, lambda text: shape_text(read_side(text)), "227, 3x227x227 or W")
            return text_field(name, "The size before" if name == "before" else "The size after", value, note)
        case "kind":
            return choice_field(name, "Among", value, _KINDS)
        case "of":
            return choice_field(name, "The budget is of", value, _AMOUNTS)
        case "optimizer":
            options = {"": "sgd, as usual", **{each: each for each in OPTIMIZERS}}
            return choice_field(name, "Optimizer, in training", value, options)
        case "ceil":
            return flag_field(name, "poolings that keep a window over the end (ceil_mode)", is_set=bool(value))
        case "training":
            return flag_field(name, "the memory of a training step", is_set=bool(value))
    label, hint = _TEXTS[name]
    message = refusal if value and refusal.startswith(repr(value.strip()[:60])) else ""
    return text_field(name, label, value, FieldNote(message=message, hint=hint))
