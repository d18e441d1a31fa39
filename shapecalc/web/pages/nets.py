"""The page of a net: what each layer gives, costs and sees, and where each number comes from."""

from __future__ import annotations

from typing import Any

from shapecalc.derivations import explain
from shapecalc.errors import ShapecalcError, SpecError
from shapecalc.layers import counted_text
from shapecalc.measures import Report
from shapecalc.measures.partial import PartialReport, part_before
from shapecalc.measures.report_page import summary_page, table
from shapecalc.measures.setting import DEVICES, DTYPES, OPTIMIZERS, Setting
from shapecalc.measures.summary import Rows, Summary, summarize
from shapecalc.net import Net
from shapecalc.page import Derivation, Page, Table
from shapecalc.page.numbers import thousands
from shapecalc.web.fields import button, choice_field, text_field
from shapecalc.web.frame import WebPage
from shapecalc.web.markup import Markup, element, fragment, page_markup
from shapecalc.web.net_form import FORM, NetQuestion, PageAnswer, net_page, net_question, unmeasured
from shapecalc.web.program import program_markup
from shapecalc.web.request import WebRequest
from shapecalc.web.tables import table_markup

#: Of a net of so many layers, every number is derived at once; of a larger one, those of the layer that is asked for.
FEW = 12
_ROWS = {
    "": "each layer",
    "1": "blocks, folded at the first dot",
    "2": "blocks, folded at the second dot",
    "type": "types of layers",
}
#: What memory depends on besides the net: each field with its label and its values.
_SETTING = {
    "optimizer": ("Optimizer", tuple(OPTIMIZERS)),
    "dtype": ("Number type", tuple(DTYPES)),
    "device": ("Device", DEVICES),
}


def answer(request: WebRequest) -> WebPage:
    """The form of a net, and its measures."""
    question = net_question(request)
    result = question.reading.measured(_setting(request))
    program = "" if question.reading.check is None else program_markup(question.reading.check, FORM)
    more = {name: request.text(name) for name in ("rows", "node", "batch", *_SETTING)}
    content = fragment(program, _refused(question, result), _measures(request, result), _formulas(request, result))
    shown = PageAnswer("What comes out", content, "Measure", _summary(result), more)
    return net_page("A net, layer by layer", "net", question, _choices(request), shown)


def _setting(request: WebRequest) -> dict[str, str]:
    return {name: request.text(name).strip() for name in ("batch", *_SETTING) if request.text(name).strip()}


def _choices(request: WebRequest) -> Markup:
    """How the table is laid out, and what memory depends on."""
    fields = [
        choice_field("rows", "A row for", request.text("rows"), _ROWS),
        text_field("batch", "Batch", request.text("batch")),
    ]
    for name, (label, values) in _SETTING.items():
        options = {"": f"{Setting()._asdict()[name]}, as usual", **{value: value for value in values}}
        fields.append(choice_field(name, label, request.text(name), options))
    is_open = any(request.text(name) for name in ("rows", "batch", *_SETTING))
    summary = element("summary", "Rows and memory")
    return element("details", summary, element("div", *fields, class_="beside"), id="choices", open=is_open)


def _refused(question: NetQuestion, result: Report | PartialReport | ShapecalcError) -> Markup:
    """Why a net cannot be measured; a program has said so at its line."""
    refusal = unmeasured(result)
    has_said = question.reading.check is not None and [*question.reading.check.findings()]
    is_field = question.reading.refusal is not None or question.reading.shape_refusal is not None
    return Markup("") if refusal is None or has_said or is_field else refusal


def _summary(result: Report | PartialReport | ShapecalcError) -> str:
    """The answer in a sentence, for those who do not see the table."""
    if isinstance(result, Report):
        return f"Output {counted_text(result.output_shape)}, {thousands(result.parameters)} parameters."
    return str(result.refusal if isinstance(result, PartialReport) else result)


def _measures(request: WebRequest, result: Report | PartialReport | ShapecalcError) -> Markup:
    """The table and the totals; of a refused net the table of the layers before."""
    if isinstance(result, ShapecalcError):
        return Markup("")
    if isinstance(result, PartialReport):
        return Markup("") if result.summary is None else _table(result.summary)
    summary = summarize(result, **_chosen_rows(request.text("rows")))
    totals = Page(tuple([block for block in summary_page(summary).blocks if not isinstance(block, Table)]))
    return fragment(_table(summary), page_markup(totals))


def _chosen_rows(rows: str) -> dict[str, Any]:
    if rows not in _ROWS:
        raise SpecError("The rows are layers, blocks or types.")
    return {"by_type": True} if rows == "type" else {"depth": int(rows)} if rows else {}


def _table(summary: Summary) -> Markup:
    """The table; a layer's name is a button that asks for its formulas."""
    is_layers = summary.kind is Rows.LAYERS

    def heading(name: str) -> Markup | str:
        node = name.partition(" = ")[0]  # behind it stands whose weights it shares
        return button(name, name="node", value=node, form=FORM, class_="name") if is_layers else name

    caption = "Layers; press a name for its formulas" if is_layers else "Layers, taken together"
    return fragment(*[table_markup(block, caption, heading) for block in table(summary) if isinstance(block, Table)])


def _formulas(request: WebRequest, result: Report | PartialReport | ShapecalcError) -> Markup:
    """Every number of the layer that was asked for, or of all layers of a small net, with its formula."""
    net = _explained(result)
    if net is None:
        return Markup("")
    node = request.text("node")
    names = {each.name for each in net.nodes}
    if node not in names and len(names) > FEW:
        return element("p", "Press the name of a layer to see where its numbers come from.", class_="hint")
    explanation = explain(net, nodes=() if len(names) <= FEW else (node,))
    parts = [
        element(
            "details",
            element("summary", element("code", f"{block.name} "), f"{block.subject} {block.change}"),
            page_markup(Page((block._replace(subject="", change=""),))),
            id=f"formula-{place}",
            open=block.name == node,
        )
        for place, block in enumerate(explanation.page(totals=False).blocks)
        if isinstance(block, Derivation)
    ]
    return element("section", element("h2", "Where the numbers come from"), *parts, id="formulas")


def _explained(result: Report | PartialReport | ShapecalcError) -> Net | None:
    if isinstance(result, PartialReport):
        return part_before(result.net, result.refusal.node)
    return None if isinstance(result, ShapecalcError) else result.net
