"""QTI 2.1: items whose conditions say what an answer is worth and what is shown; a test draws among variants."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from types import MappingProxyType
from typing import Any, assert_never, final
from xml.etree.ElementTree import Element

from shapecalc.drawing.svg import add
from shapecalc.grading.answers.choice import Parts
from shapecalc.grading.exchange.abilities import NOWHERE, Ability
from shapecalc.grading.exchange.bank import QuizBank, QuizEntry, VariantPool
from shapecalc.grading.exchange.format import ExchangeFormat, WrittenFiles
from shapecalc.grading.exchange.items import ChoiceItem, EssayItem, NumberItem, TextItem
from shapecalc.grading.exchange.markup import (
    archive,
    decimal_text,
    identifier,
    line_elements,
    question_elements,
    xml_bytes,
)

_ITEM = "http://www.imsglobal.org/xsd/imsqti_v2p1"
_PACKAGE = "http://www.imsglobal.org/xsd/imscp_v1p1"
_RESPONSE, _SCORE, _FEEDBACK = "RESPONSE", "SCORE", "FEEDBACK"
#: The words that are shown beside an answer, by the value of the outcome FEEDBACK.
_RIGHT, _ELSE = "right", "else"

#: A condition on the answer, and what is shown where it holds.
Reaction = tuple[Element, str]


@final
class Qti21Format(ExchangeFormat):
    """QTI 2.1."""

    name = "qti21"
    title = "QTI 2.1"
    ending = ".zip"
    lacks = MappingProxyType(
        {
            **NOWHERE,
            Ability.PENALTY: "further attempts cost nothing there; which one counts is the place's choice",
        }
    )
    afterwards = "Import the file as a QTI package."

    def write(self, bank: QuizBank) -> WrittenFiles:
        return WrittenFiles(archive({name: xml_bytes(root) for name, root in package(bank).items()}))


def package(bank: QuizBank) -> dict[str, Element]:
    """The documents of a package by their names."""
    items = [(pool, entry, f"items/{pool.id}/{entry.name}.xml") for pool in bank.pools for entry in pool.entries]
    documents = {"imsmanifest.xml": _manifest(bank, [(_name(pool, entry), path) for pool, entry, path in items])}
    documents["test.xml"] = _test(bank)
    for pool, entry, path in items:
        documents[path] = _item(entry, _name(pool, entry))
    return documents


def _name(pool: VariantPool, entry: QuizEntry) -> str:
    return identifier("item", pool.id, entry.name)


def _manifest(bank: QuizBank, items: list[tuple[str, str]]) -> Element:
    root = Element("manifest", {"xmlns": _PACKAGE, "identifier": identifier("manifest", bank.title)})
    metadata = add(root, "metadata")
    add(metadata, "schema", "QTIv2.1 Package")
    add(metadata, "schemaversion", "1.0.0")
    add(root, "organizations")
    resources = add(root, "resources")
    test = add(resources, "resource", identifier="test", type="imsqti_test_xmlv2p1", href="test.xml")
    add(test, "file", href="test.xml")
    for name, path in items:
        add(test, "dependency", identifierref=name)
        item = add(resources, "resource", identifier=name, type="imsqti_item_xmlv2p1", href=path)
        add(item, "file", href=path)
    return root


def _test(bank: QuizBank) -> Element:
    root = Element("assessmentTest", {"xmlns": _ITEM, "identifier": "test", "title": bank.title})
    add(root, "outcomeDeclaration", identifier=_SCORE, cardinality="single", baseType="float")
    part = add(root, "testPart", identifier="part", navigationMode="nonlinear", submissionMode="individual")
    for place, pool in enumerate(bank.pools):
        section = add(part, "assessmentSection", identifier=f"section{place}", title=pool.id, visible="true")
        if len(pool.entries) > 1:
            add(section, "selection", select="1")
        for entry in pool.entries:
            path = f"items/{pool.id}/{entry.name}.xml"
            reference = add(section, "assessmentItemRef", identifier=_name(pool, entry), href=path)
            add(reference, "itemSessionControl", maxAttempts=str(entry.question.policy.attempts), showFeedback="true")
    total = add(add(root, "outcomeProcessing"), "setOutcomeValue", identifier=_SCORE)
    add(add(total, "sum"), "testVariables", variableIdentifier=_SCORE)
    return root


def _item(entry: QuizEntry, name: str) -> Element:
    attributes = {"identifier": name, "title": entry.name, "adaptive": "false", "timeDependent": "false"}
    root = Element("assessmentItem", {"xmlns": _ITEM, **attributes})
    item, points = entry.item, entry.question.points
    match item:
        case NumberItem():
            _declare(root, "float", [decimal_text(item.key)])
        case TextItem():
            _declare(root, "string", item.right[:1])
        case ChoiceItem():
            _declare_choice(root, item, points)
        case EssayItem():
            _declare(root, "string", [])
        case _:
            assert_never(item)
    _outcome(root, _SCORE, "float", "0")
    _outcome(root, "MAXSCORE", "float", decimal_text(points))
    _outcome(root, _FEEDBACK, "identifier", "")
    body = add(root, "itemBody")
    body.extend(question_elements(entry))
    _interaction(body, entry)
    words = _processing(root, entry)
    for outcome, lines in words.items():
        feedback = add(root, "modalFeedback", outcomeIdentifier=_FEEDBACK, identifier=outcome, showHide="show")
        feedback.extend(line_elements(lines))
    return root


def _outcome(root: Element, name: str, base: str, default: str) -> None:
    declaration = add(root, "outcomeDeclaration", identifier=name, cardinality="single", baseType=base)
    if default:
        add(add(declaration, "defaultValue"), "value", default)


def _declare(root: Element, base: str, right: Iterable[str], cardinality: str = "single") -> Element:
    declaration = add(root, "responseDeclaration", identifier=_RESPONSE, cardinality=cardinality, baseType=base)
    values = [*right]
    if values:
        response = add(declaration, "correctResponse")
        for value in values:
            add(response, "value", value)
    return declaration


def _declare_choice(root: Element, item: ChoiceItem, points: Fraction) -> None:
    right = [_option(place) for place in item.right]
    declaration = _declare(root, "identifier", right, "single" if item.parts is None else "multiple")
    if item.parts in (None, Parts.ALL_OR_NOTHING):
        return
    count = len(item.right) if item.parts is Parts.RIGHT_MINUS_WRONG else len(item.options)
    bounds = {"lowerBound": "0", "upperBound": decimal_text(points)} if item.parts is Parts.RIGHT_MINUS_WRONG else {}
    mapping = add(declaration, "mapping", defaultValue="0", **bounds)
    for place, option in enumerate(item.options):
        share = points / count if option.is_right else -points / count
        add(mapping, "mapEntry", mapKey=_option(place), mappedValue=decimal_text(share))


def _option(place: int) -> str:
    return f"option{place}"


def _interaction(body: Element, entry: QuizEntry) -> None:
    item = entry.item
    match item:
        case NumberItem() | TextItem():
            add(add(body, "p"), "textEntryInteraction", responseIdentifier=_RESPONSE, expectedLength="20")
        case ChoiceItem():
            most = "1" if item.parts is None else "0"
            shuffle = "true" if item.is_shuffled else "false"
            choices = add(body, "choiceInteraction", responseIdentifier=_RESPONSE, shuffle=shuffle, maxChoices=most)
            fixed = [option.is_fixed for option in entry.question.options]
            for place, option in enumerate(item.options):
                is_fixed = item.is_shuffled and (place >= len(fixed) or fixed[place])
                attributes = {"fixed": "true"} if is_fixed else {}
                add(choices, "simpleChoice", option.text, identifier=_option(place), **attributes)
        case EssayItem():
            add(body, "extendedTextInteraction", responseIdentifier=_RESPONSE, expectedLines="10")
            rubric = add(body, "rubricBlock", view="scorer")
            rubric.extend(line_elements(entry.for_grader))
        case _:
            assert_never(item)


def _processing(root: Element, entry: QuizEntry) -> dict[str, tuple[str, ...]]:
    """The conditions, one after the other, of which the first that holds decides; the words that they show."""
    item = entry.item
    if isinstance(item, EssayItem):
        return {}
    processing = add(root, "responseProcessing")
    if isinstance(item, ChoiceItem) and item.parts not in (None, Parts.ALL_OR_NOTHING):
        _set_part(processing, item, entry.question.points)
    condition = add(processing, "responseCondition")
    right = add(condition, "responseIf")
    right.append(_right(item))
    _set(right, _SCORE, _value("float", decimal_text(entry.question.points)))
    words = {_RIGHT: entry.derivation} if entry.derivation else {}
    if words:
        _set(right, _FEEDBACK, _value("identifier", _RIGHT))
    for place, (test, says) in enumerate(_wrong(item)):
        branch = add(condition, "responseElseIf")
        branch.append(test)
        _set(branch, _FEEDBACK, _value("identifier", f"wrong{place}"))
        words[f"wrong{place}"] = (says, *entry.derivation)
    if entry.derivation:
        _set(add(condition, "responseElse"), _FEEDBACK, _value("identifier", _ELSE))
        words[_ELSE] = entry.derivation
    return words


def _right(item: NumberItem | TextItem | ChoiceItem) -> Element:
    """The condition that an answer is right."""
    match item:
        case NumberItem():
            return _equal(item.key, item.tolerance)
        case TextItem():
            return _any_of([_matches(text) for text in item.right])
        case ChoiceItem():
            test = Element("match")
            add(test, "variable", identifier=_RESPONSE)
            add(test, "correct", identifier=_RESPONSE)
            return test
        case _:
            assert_never(item)


def _wrong(item: NumberItem | TextItem | ChoiceItem) -> Iterator[Reaction]:
    """The conditions on wrong answers that have words; texts with the same words together."""
    match item:
        case NumberItem():
            for wrong in item.wrong:
                yield _equal(wrong.value, item.margin(wrong.value)), wrong.says
        case TextItem():
            for says in dict.fromkeys(wrong.says for wrong in item.wrong if wrong.says):
                yield _any_of([_matches(wrong.text) for wrong in item.wrong if wrong.says == says]), says
        case ChoiceItem(parts=None):
            for place, option in enumerate(item.options):
                if option.says:
                    test = Element("match")
                    add(test, "variable", identifier=_RESPONSE)
                    test.append(_value("identifier", _option(place)))
                    yield test, option.says
        case ChoiceItem():
            return
        case _:
            assert_never(item)


def _set_part(processing: Element, item: ChoiceItem, points: Fraction) -> None:
    """What a choice is worth that is right in part; an answer that is left out is worth nothing."""
    condition = add(processing, "responseCondition")
    test = add(add(condition, "responseIf"), "isNull")
    add(test, "variable", identifier=_RESPONSE)
    _set(condition[0], _SCORE, _value("float", "0"))
    mapped = Element("mapResponse", {"identifier": _RESPONSE})
    value = mapped
    if item.parts is Parts.EACH_OPTION:
        base = points * (len(item.options) - len(item.right)) / len(item.options)
        value = Element("sum")
        value.extend([_value("float", decimal_text(base)), mapped])
    _set(add(condition, "responseElse"), _SCORE, value)


def _equal(value: Fraction, tolerance: Fraction) -> Element:
    mode = {"toleranceMode": "exact"}
    if tolerance:
        mode = {"toleranceMode": "absolute", "tolerance": f"{decimal_text(tolerance)} {decimal_text(tolerance)}"}
    test = Element("equal", mode)
    add(test, "variable", identifier=_RESPONSE)
    test.append(_value("float", decimal_text(value)))
    return test


def _matches(text: str) -> Element:
    test = Element("stringMatch", {"caseSensitive": "false", "substring": "false"})
    add(test, "variable", identifier=_RESPONSE)
    test.append(_value("string", text))
    return test


def _any_of(tests: list[Element]) -> Element:
    if len(tests) == 1:
        return tests[0]
    either = Element("or")
    either.extend(tests)
    return either


def _value(base: str, text: str) -> Element:
    value = Element("baseValue", {"baseType": base})
    value.text = text
    return value


def _set(parent: Element, name: str, value: Any) -> None:
    add(parent, "setOutcomeValue", identifier=name).append(value)
