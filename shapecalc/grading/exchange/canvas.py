"""Canvas: an archive of QTI 1.2 as its classic quizzes and New Quizzes read it, a group for the variants of a question.

Classic quizzes take every number behind ``or`` and ``and`` for a right one, and the last condition on an option for its
worth; New Quizzes take every condition that sets the score for right, and of words every one that is compared.
"""

from __future__ import annotations

from fractions import Fraction
from types import MappingProxyType
from typing import assert_never, final
from xml.etree.ElementTree import Element

from shapecalc.drawing.svg import add
from shapecalc.grading.exchange.abilities import NOWHERE, Ability, Shortcoming
from shapecalc.grading.exchange.bank import QuizBank, QuizEntry, VariantPool
from shapecalc.grading.exchange.format import ExchangeFormat, WrittenFiles
from shapecalc.grading.exchange.items import ChoiceItem, EssayItem, Item, NumberItem, TextItem
from shapecalc.grading.exchange.markup import (
    archive,
    decimal_text,
    html_of,
    html_text,
    identifier,
    line_elements,
    question_elements,
    xml_bytes,
)

_QTI = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"
_CANVAS = "http://canvas.instructure.com/xsd/cccv1p0"
_PACKAGE = "http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1"
_META_TYPE = "associatedcontent/imscc_xmlv1p1/learning-application-resource"
_RESPONSE = "response1"
_GENERAL = "general_fb"


@final
class CanvasFormat(ExchangeFormat):
    """Canvas, classic quizzes and New Quizzes."""

    name = "canvas"
    title = "Canvas (QTI 1.2)"
    ending = ".zip"
    lacks = MappingProxyType(
        {
            **NOWHERE,
            Ability.MISTAKES: "Canvas shows no words for a wrong number or text; those for numbers are in the file, "
            "for other readers",
            Ability.SHUFFLED: "whether options are shuffled is the quiz's setting there",
            Ability.FIXED_OPTIONS: "all options are shuffled, or none",
            Ability.EACH_OPTION: "right options minus wrong ones are counted there",
            Ability.ALL_OR_NOTHING: "a choice that is right in part earns a part of the points there",
            Ability.ATTEMPTS: "any number of attempts is allowed; set it in the quiz's settings",
            Ability.PENALTY: "attempts cost nothing there, and the best counts",
        }
    )
    afterwards = "Import the file in the course's settings, as a QTI .zip file."

    def write(self, bank: QuizBank) -> WrittenFiles:
        name = identifier("canvas", bank.title, *(pool.id for pool in bank.pools))
        files = {
            "imsmanifest.xml": xml_bytes(_manifest(name)),
            f"{name}/assessment_meta.xml": xml_bytes(_meta(bank, name)),
            f"{name}/{name}.xml": xml_bytes(_assessment(bank, name)),
        }
        zeros = tuple([pool.id for pool in bank.pools if any(map(_accepts_zero, pool.entries))])
        words = "Canvas reads what is no number as 0, which is right here"
        return WrittenFiles(archive(files), (), (Shortcoming(Ability.TYPED_ANSWERS, words, zeros),) if zeros else ())


def _accepts_zero(entry: QuizEntry) -> bool:
    """Whether 0 is right."""
    return isinstance(entry.item, NumberItem) and abs(entry.item.key) <= entry.item.tolerance


def _manifest(name: str) -> Element:
    root = Element("manifest", {"xmlns": _PACKAGE, "identifier": f"{name}_manifest"})
    metadata = add(root, "metadata")
    add(metadata, "schema", "IMS Content")
    add(metadata, "schemaversion", "1.1.3")
    add(root, "organizations")
    resources = add(root, "resources")
    quiz = add(resources, "resource", identifier=name, type="imsqti_xmlv1p2")
    add(quiz, "file", href=f"{name}/{name}.xml")
    add(quiz, "dependency", identifierref=f"{name}_meta")
    path = f"{name}/assessment_meta.xml"
    add(add(resources, "resource", identifier=f"{name}_meta", type=_META_TYPE, href=path), "file", href=path)
    return root


def _meta(bank: QuizBank, name: str) -> Element:
    root = Element("quiz", {"xmlns": _CANVAS, "identifier": name})
    points = sum((pool.question.points for pool in bank.pools), Fraction(0))
    for tag, text in {
        "title": bank.title,
        "description": "",
        "shuffle_answers": "false",
        "scoring_policy": "keep_highest",
        "quiz_type": "assignment",
        "points_possible": decimal_text(points),
        "show_correct_answers": "true",
        "allowed_attempts": "-1",
        "available": "false",
    }.items():
        add(root, tag, text)
    return root


def _assessment(bank: QuizBank, name: str) -> Element:
    root = Element("questestinterop", {"xmlns": _QTI})
    assessment = add(root, "assessment", ident=name, title=bank.title)
    _fields(add(assessment, "qtimetadata"), {"cc_maxattempts": "-1"})
    section = add(assessment, "section", ident="root_section")
    for pool in bank.pools:
        _pool(section, pool, name)
    return root


def _pool(section: Element, pool: VariantPool, name: str) -> None:
    """A question, or a group from which one variant is drawn."""
    parent = section
    if len(pool.entries) > 1:
        parent = add(section, "section", ident=identifier(name, pool.id), title=pool.id)
        selection = add(add(parent, "selection_ordering"), "selection")
        add(selection, "selection_number", "1")
        add(add(selection, "selection_extension"), "points_per_item", decimal_text(pool.question.points))
    for entry in pool.entries:
        _item(parent, entry, identifier(name, pool.id, entry.name))


def _fields(parent: Element, fields: dict[str, str]) -> None:
    for label, text in fields.items():
        field = add(parent, "qtimetadatafield")
        add(field, "fieldlabel", label)
        add(field, "fieldentry", text)


def _type(item: Item) -> str:
    match item:
        case NumberItem():
            return "numerical_question"
        case TextItem():
            return "short_answer_question"
        case ChoiceItem(parts=None):
            return "multiple_choice_question"
        case ChoiceItem():
            return "multiple_answers_question"
        case EssayItem():
            return "essay_question"
        case _:
            assert_never(item)


def _item(parent: Element, entry: QuizEntry, name: str) -> None:
    element = add(parent, "item", ident=name, title=entry.name)
    fields = {"question_type": _type(entry.item), "points_possible": decimal_text(entry.question.points)}
    _fields(add(add(element, "itemmetadata"), "qtimetadata"), fields)
    presentation = add(element, "presentation")
    _html(presentation, html_text(question_elements(entry)))
    processing = add(element, "resprocessing")
    add(add(processing, "outcomes"), "decvar", maxvalue="100", minvalue="0", varname="SCORE", vartype="Decimal")
    item = entry.item
    match item:
        case NumberItem():
            _ask_text(presentation, fibtype="Decimal")
            words = _number_conditions(processing, item)
        case TextItem():
            _ask_text(presentation)
            condition = _condition(processing, sets_score=True)
            for text in item.right:
                add(condition, "varequal", text, respident=_RESPONSE)
            words = {}
        case ChoiceItem():
            words = _choice(presentation, processing, item)
        case EssayItem():
            _ask_text(presentation)
            add(_condition(processing, stops=True), "other")
            words = {}
        case _:
            assert_never(item)
    _feedback(element, processing, entry, words)


def _feedback(element: Element, processing: Element, entry: QuizEntry, words: dict[str, str]) -> None:
    """The texts that conditions show, and that of the key, which an answer of any kind shows."""
    texts = {name: html_of(says) for name, says in words.items()}
    if entry.derivation:
        texts[_GENERAL] = html_text(line_elements(entry.derivation))
        if not isinstance(entry.item, TextItem):  # New Quizzes take a text with such a condition for an essay
            add(_condition(processing, shows=_GENERAL, is_first=True), "other")
    for name, html in texts.items():
        _html(add(add(element, "itemfeedback", ident=name), "flow_mat"), html)


def _number_conditions(processing: Element, item: NumberItem) -> dict[str, str]:
    """The key first, which alone sets the score; words for wrong numbers, by their names."""
    either = add(_condition(processing, sets_score=True), "or")
    add(either, "varequal", decimal_text(item.key), respident=_RESPONSE)
    between = add(either, "and")
    add(between, "vargte", decimal_text(item.key - item.tolerance), respident=_RESPONSE)
    add(between, "varlte", decimal_text(item.key + item.tolerance), respident=_RESPONSE)
    words: dict[str, str] = {}
    for place, wrong in enumerate(item.wrong):
        name = f"wrong{place}_fb"
        add(_condition(processing, shows=name), "varequal", decimal_text(wrong.value), respident=_RESPONSE)
        words[name] = wrong.says
    return words


def _choice(presentation: Element, processing: Element, item: ChoiceItem) -> dict[str, str]:
    """Words for options first: the last condition on an option is the one that says what it is worth."""
    cardinality = "Single" if item.parts is None else "Multiple"
    response = add(presentation, "response_lid", ident=_RESPONSE, rcardinality=cardinality)
    choices = add(response, "render_choice")
    words: dict[str, str] = {}
    for place, option in enumerate(item.options):
        _html(add(choices, "response_label", ident=f"option{place}"), html_of(option.text))
        if option.says:
            words[f"option{place}_fb"] = option.says
            condition = _condition(processing, shows=f"option{place}_fb")
            add(condition, "varequal", f"option{place}", respident=_RESPONSE)
    condition = _condition(processing, sets_score=True)
    parent = condition if item.parts is None else add(condition, "and")
    for place, option in enumerate(item.options):
        if option.is_right:
            add(parent, "varequal", f"option{place}", respident=_RESPONSE)
        elif item.parts is not None:
            add(add(parent, "not"), "varequal", f"option{place}", respident=_RESPONSE)
    return words


def _condition(
    processing: Element, *, sets_score: bool = False, shows: str = "", stops: bool = False, is_first: bool = False
) -> Element:
    """A condition, of which what it compares is still to be added."""
    condition = Element("respcondition", {"continue": "No" if sets_score or stops else "Yes"})
    processing.insert(1 if is_first else len(processing), condition)
    variables = add(condition, "conditionvar")
    if sets_score:
        add(condition, "setvar", "100", action="Set", varname="SCORE")
    if shows:
        add(condition, "displayfeedback", feedbacktype="Response", linkrefid=shows)
    return variables


def _ask_text(presentation: Element, **attributes: str) -> None:
    response = add(presentation, "response_str", ident=_RESPONSE, rcardinality="Single")
    add(add(response, "render_fib", **attributes), "response_label", ident="answer1")


def _html(parent: Element, html: str) -> None:
    text = add(add(parent, "material"), "mattext", texttype="text/html")
    text.text = html
