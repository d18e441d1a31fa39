"""The facts about places on which exports rest, each against the model of the place."""

from __future__ import annotations

import re
from fractions import Fraction
from io import StringIO

import pytest
from defusedxml.ElementTree import fromstring
from pygiftparser import parser

from shapecalc.grading import load_template
from shapecalc.grading.exchange.abilities import Ability
from shapecalc.grading.exchange.asking import EXACT_BELOW
from shapecalc.grading.exchange.bank import QuizBank
from shapecalc.grading.exchange.export import FORMATS, export_quiz
from shapecalc.grading.exchange.gift import escaped
from shapecalc.grading.exchange.items import NumberItem, TextItem
from shapecalc.grading.exchange.markup import decimal_text
from shapecalc.grading.exchange.moodle import FRACTIONS
from shapecalc.grading.quizzes import PREFIX, QUIZ_NAMES
from tests.grading.exchange.places.canvas import classic, groups, new_quizzes, read_package
from tests.grading.exchange.places.gift import read_gift
from tests.grading.exchange.places.moodle import PARTS, read_xml
from tests.grading.exchange.test_export import CHOICE, template


def written(to, *entries, **keys):
    """A quiz of these entries in a format."""
    return export_quiz(template(*entries, **keys), to).files.content


def in_moodle(*entries, to="moodle"):
    content = written(to, *entries)
    return read_xml(content) if to == "moodle" else read_gift(content.decode())


def in_canvas(entry, read):
    items = [item for _, items in groups(read_package(written("canvas", entry))[1]).values() for item in items]
    return read(items[0])


def test_a_gift_key_that_is_no_number_is_any_answer():
    """A calculation would be: so exports have evaluated numbers."""
    assert read_gift("::q::Q{#1/3}")[0].mark("7") == 1
    (question,) = in_moodle({"kind": "expression", "key": "1 - 1/4"}, to="gift")
    assert [question.mark(text) for text in ("0.75", "7", "1")] == [1, 0, 0]


@pytest.mark.parametrize("name", QUIZ_NAMES)
def test_no_gift_number_is_a_pattern(name):
    """But for the words of whom no mistake explains, on a line of their own, which earn nothing."""
    text = FORMATS["gift"].write(QuizBank(load_template(PREFIX + name), 2)).content.decode()
    patterns = [answer for question in read_gift(text) for answer in question.answers if answer.text == "*"]
    assert all(answer.fraction == 0 for answer in patterns)
    assert len(re.findall(r"^\t~#", text, re.MULTILINE)) == len(patterns)


def test_signs_of_gift_are_escaped():
    """A text with all of them comes back as it was."""
    text = r"= ~ # { } : \ \n 100% // ::a::"
    (question,) = in_moodle({"kind": "text", "accepted": [text], "text": text}, to="gift")
    assert question.kind == "shortanswer"
    assert question.answers[0].text == text
    assert escaped("a\nb") == "a\\nb"


@pytest.mark.parametrize("to", ["moodle", "gift"])
def test_an_asterisk_is_no_wildcard(to):
    """It is one in Moodle, unless a backslash stands before it."""
    (question,) = in_moodle({"kind": "text", "accepted": ["20*16*16"]}, to=to)
    assert [question.mark(text) for text in ("20*16*16", "20x16x16", "2099*16*16")] == [1, 0, 0]


def test_parts_of_the_points_are_on_moodles_list():
    """Thirds are 33.33333 there; what is not on the list is rounded, and listed."""
    assert sorted(float(text) for text in FRACTIONS.values()) == sorted(PARTS)
    options = [{"text": f"option {place}", "right": place < 11} for place in range(14)]
    export = export_quiz(template({"kind": "select-all", "options": options}), "moodle")
    assert {answer.fraction for answer in read_xml(export.files.content)[0].answers} == {10, -10}
    assert Ability.RIGHT_MINUS_WRONG in {shortcoming.ability for shortcoming in export.shortcomings}


@pytest.mark.parametrize("key", [2**53 + 1, EXACT_BELOW, 10**14, 12_345_678_901_234_567_890])
@pytest.mark.parametrize("to", ["moodle", "gift"])
def test_long_integers_keep_their_digits(key, to):
    """A float would take a neighbour for the key."""
    (question,) = in_moodle({"kind": "integer", "key": str(key)}, to=to)
    assert question.kind == "shortanswer"
    assert [question.mark(str(key + by)) for by in (0, 1, -1)] == [1, 0, 0]


@pytest.mark.parametrize("key", [EXACT_BELOW - 1, 0, -3])
def test_shorter_integers_are_numbers(key):
    """Which Moodle tells apart, for all its tolerance."""
    (question,) = in_moodle({"kind": "integer", "key": str(key)})
    assert question.kind == "numerical"
    assert [question.mark(f"{key + by}.0") for by in (0, 1, -1)] == [1, 0, 0]


def test_a_fraction_without_end_is_a_text():
    """No decimal number is it."""
    (question,) = in_moodle({"kind": "expression", "key": "1/3"})
    assert [question.mark(text) for text in ("1/3", "0.33")] == [1, 0]


def test_canvas_takes_the_quiz_from_its_manifest():
    """By the type of its resource, beside which stands assessment_meta.xml."""
    assert read_package(written("canvas", CHOICE))[1].tag.endswith("questestinterop")


@pytest.mark.parametrize("read", [classic, new_quizzes])
def test_wrong_numbers_are_wrong_in_canvas(read):
    """Only the key stands behind or and and, and only it sets the score."""
    entry = {"kind": "integer", "net": {"spec": "Conv2d(1, 1, 3)", "input": "1x8x8"}, "ask": "width"}
    question = in_canvas(entry, read)
    assert len(question.ranges) == 1
    assert [question.mark(text) for text in ("6", "5", "8", "x")] == [1, 0, 0, 0]


@pytest.mark.parametrize("read", [classic, new_quizzes])
def test_wrong_texts_are_wrong_in_canvas(read):
    """New Quizzes take every text that is compared for right, so wrong ones are not compared."""
    question = in_canvas({"kind": "text", "accepted": ["batch"], "rejected": ["layer"]}, read)
    assert [question.mark(text) for text in ("Batch ", "layer")] == [1, 0]


def test_canvas_takes_words_for_zero():
    """So a question whose key is 0 is listed."""
    assert in_canvas({"kind": "integer", "key": "0"}, classic).mark("no idea") == 1
    shortcomings = export_quiz(template({"kind": "integer", "key": "0"}), "canvas").shortcomings
    assert any("no number as 0" in shortcoming.consequence for shortcoming in shortcomings)


def test_qti_sets_no_expressions():
    """Values alone, and the sum of one where each option counts."""
    entry = {"kind": "integer", "net": {"spec": "Conv2d(1, 1, 3)", "input": "1x8x8"}, "ask": "width"}
    (content,) = (data for name, data in _documents(written("qti21", entry)).items() if name.startswith("items/"))
    names = {element.tag.partition("}")[2] for element in fromstring(content).iter("*")}
    assert {"responseElseIf", "modalFeedback", "equal"} <= names
    assert names.isdisjoint({"customOperator", "templateProcessing", "mathOperator", "product"})


def _documents(content):
    import zipfile  # noqa: PLC0415  for this test only
    from io import BytesIO  # noqa: PLC0415

    with zipfile.ZipFile(BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize(("value", "text"), [(Fraction(1, 3), "0.33333333333333"), (Fraction(-5, 4), "-1.25")])
def test_decimals(value, text):
    """Without an exponent; one without an end is rounded."""
    assert decimal_text(value) == text


def test_the_key_comes_first():
    """In every list of answers, before the wrong ones."""
    for entry in (entry for pool in QuizBank(load_template("quiz:one-layer"), 1).pools for entry in pool.entries):
        if isinstance(entry.item, NumberItem):
            assert entry.item.key not in {wrong.value for wrong in entry.item.wrong}
        if isinstance(entry.item, TextItem):
            assert entry.item.right[0] == entry.question.answer.key_text


@pytest.mark.parametrize("name", QUIZ_NAMES)
def test_pygiftparser_reads_gift(name):
    """Every question, but for the words behind a tilde that Moodle alone knows among numbers."""
    text = FORMATS["gift"].write(QuizBank(load_template(PREFIX + name), 1)).content.decode()
    questions = parser.parseFile(StringIO(re.sub(r"^\t~#.*\n", "", text, flags=re.MULTILINE)))
    assert [question.title for question in questions if not question.valid] == []
    assert [question.title for question in questions] == list(load_template(PREFIX + name).ids)
