"""QTI 1.2 and 2.1, read: choices, numbers and short texts; what a condition says beyond that is not read."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from xml.etree.ElementTree import Element

from shapecalc.grading.exchange.foreign import ForeignAnswer, ForeignQuestion, foreign_number, plain_text


def qti12_questions(root: Element) -> Iterator[ForeignQuestion]:
    """The questions of a document of QTI 1.2."""
    for item in root.iter("item"):
        yield _item12(item)


def _item12(item: Element) -> ForeignQuestion:
    fields = {field.findtext("fieldlabel"): field.findtext("fieldentry") for field in item.iter("qtimetadatafield")}
    text, remarks = plain_text(item.findtext("presentation/material/mattext") or "")
    points = foreign_number(fields.get("points_possible")) or Fraction(1)
    kind, answers = _answers12(item, fields.get("question_type") or "")
    says = [] if item.find("itemfeedback") is None else ["feedback is left out"]
    return ForeignQuestion(item.get("title") or "", text, kind, answers, points, (*remarks, *says))


def _answers12(item: Element, named: str) -> tuple[str, tuple[ForeignAnswer, ...]]:
    """The kind of a question, and its answers."""
    choices = item.findall("presentation/response_lid")
    scoring = [condition for condition in item.iter("respcondition") if _score(condition) > 0]
    if len(choices) == 1:
        is_single = choices[0].get("rcardinality", "Single") == "Single"
        names = [_option_name(value) for condition in scoring for value in _affirmed(condition)]
        return "choice" if is_single else "choices", tuple(_options12(choices[0], names, is_single=is_single))
    if item.find(".//render_fib") is None or not scoring:
        return named or "nothing", ()
    if item.find(".//render_fib[@fibtype='Decimal']") is not None or named == "numerical_question":
        return "number", tuple([_range12(condition) for condition in scoring])
    texts = [value.text or "" for condition in scoring for value in _affirmed(condition)]
    return "text", tuple([ForeignAnswer(text.strip(), Fraction(1)) for text in texts])


def _score(condition: Element) -> Fraction:
    return foreign_number(condition.findtext("setvar")) or Fraction(0)


def _affirmed(condition: Element) -> Iterator[Element]:
    """What a condition compares an answer with, but what it must not be."""
    denied = {id(value) for negation in condition.iter("not") for value in negation.iter("varequal")}
    return (value for value in condition.iter("varequal") if id(value) not in denied)


def _option_name(value: Element) -> str:
    return (value.text or "").strip()


def _options12(choices: Element, right: list[str], *, is_single: bool) -> Iterator[ForeignAnswer]:
    share = Fraction(1) if is_single else Fraction(1, max(len(set(right)), 1))
    for label in choices.iter("response_label"):
        text = plain_text(label.findtext("material/mattext") or "")[0]
        wrong = Fraction(0) if is_single else -share
        yield ForeignAnswer(text, share if label.get("ident") in right else wrong)


def _range12(condition: Element) -> ForeignAnswer:
    """A number with how far off it may be; of a range without a number, its middle."""
    key, low, high = (foreign_number(_first(condition, tag)) for tag in ("varequal", "vargte", "varlte"))
    if key is None and low is not None and high is not None:
        key = (low + high) / 2
    if key is None:
        return ForeignAnswer("*", Fraction(1), is_pattern=True)
    return ForeignAnswer(str(key), Fraction(1), "", abs(high - key) if high is not None else Fraction(0))


def _first(element: Element, tag: str) -> str | None:
    return next((value.text for value in element.iter(tag)), None)


def qti21_question(root: Element) -> ForeignQuestion:
    """The question of a document of QTI 2.1."""
    body = root.find("itemBody")
    blocks = [child for child in (body if body is not None else []) if not _is_interaction(child)]
    text = " ".join(" ".join(_words(block).split()) for block in blocks if block.tag != "rubricBlock")
    remarks = ["pictures are left out"] if body is not None and next(body.iter("img"), None) is not None else []
    remarks += ["feedback is left out"] if root.find("modalFeedback") is not None else []
    points = foreign_number(root.findtext("outcomeDeclaration[@identifier='MAXSCORE']/defaultValue/value"))
    kind, answers = _answers21(root)
    name = root.get("title") or root.get("identifier") or ""
    return ForeignQuestion(name, text, kind, answers, points or Fraction(1), tuple(remarks))


def _words(element: Element) -> str:
    return "".join(element.itertext())


def _is_interaction(element: Element) -> bool:
    return element.tag.endswith("Interaction")


def _answers21(root: Element) -> tuple[str, tuple[ForeignAnswer, ...]]:
    """The kind of a question, and its answers, from what is declared right and the conditions."""
    interactions = [element for element in root.iter() if _is_interaction(element)]
    declaration = root.find("responseDeclaration")
    if len(interactions) != 1 or declaration is None:
        return f"{len(interactions)} interactions" if len(interactions) != 1 else "nothing", ()
    right = [value.text or "" for value in declaration.iterfind("correctResponse/value")]
    match interactions[0].tag:
        case "choiceInteraction":
            is_single = declaration.get("cardinality") != "multiple"
            return "choice" if is_single else "choices", tuple(_options21(interactions[0], declaration, right))
        case "textEntryInteraction" if declaration.get("baseType") in ("float", "integer"):
            return "number", tuple(_numbers21(root, right))
        case "textEntryInteraction":
            return "text", tuple(_texts21(root, right))
        case tag:
            return tag, ()


def _options21(interaction: Element, declaration: Element, right: list[str]) -> Iterator[ForeignAnswer]:
    is_single = declaration.get("cardinality") != "multiple"
    share = Fraction(1) if is_single else Fraction(1, max(len(right), 1))
    wrong = Fraction(0) if is_single else Fraction(-1) if declaration.find("mapping") is None else -share
    for choice in interaction.iter("simpleChoice"):
        part = share if choice.get("identifier") in right else wrong
        yield ForeignAnswer(" ".join(_words(choice).split()), part)


def _branches(root: Element) -> Iterator[tuple[Element, bool]]:
    """The conditions of the response, and whether the score is set where one holds."""
    for condition in root.iterfind("responseProcessing/responseCondition"):
        for branch in condition:
            rules = branch.findall("setOutcomeValue")
            is_scored = any(
                rule.get("identifier") == "SCORE" and (foreign_number(rule.findtext("baseValue")) or 0) > 0
                for rule in rules
            )
            if branch.tag != "responseElse" and len(branch):
                yield branch[0], is_scored


def _numbers21(root: Element, right: list[str]) -> Iterator[ForeignAnswer]:
    values = [(test, is_right) for branch, is_right in _branches(root) for test in branch.iter("equal")]
    for test, is_right in values:
        tolerance = (test.get("tolerance") or "0").split()[-1] if test.get("toleranceMode") == "absolute" else "0"
        number = foreign_number(test.findtext("baseValue"))
        if number is not None:
            yield ForeignAnswer(str(number), Fraction(is_right), "", foreign_number(tolerance) or Fraction(0))
    if not any(is_right for _, is_right in values):
        yield from (ForeignAnswer(text, Fraction(1)) for text in right if foreign_number(text) is not None)


def _texts21(root: Element, right: list[str]) -> Iterator[ForeignAnswer]:
    tests = [(test, is_right) for branch, is_right in _branches(root) for test in branch.iter("stringMatch")]
    listed = [(test.findtext("baseValue") or "", is_right) for test, is_right in tests]
    listed += [(text, True) for text in right if (text, True) not in listed]
    yield from (ForeignAnswer(text.strip(), Fraction(is_right)) for text, is_right in listed)
