"""Each place marks an export as we do: right answers in all notations, and every mistake with a name.

A place is a small model of its own marking, as its source says. Where it gives another mark, the export has listed it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from itertools import chain, combinations
from typing import Any

import pytest

from shapecalc.grading import load_template
from shapecalc.grading.answers.choice import letters_of
from shapecalc.grading.answers.number import NumberAnswer
from shapecalc.grading.exchange.abilities import Ability
from shapecalc.grading.exchange.asking import wrong_marks
from shapecalc.grading.exchange.bank import QuizBank, QuizEntry
from shapecalc.grading.exchange.export import FORMATS
from shapecalc.grading.exchange.items import ChoiceItem, EssayItem, NumberItem, TextItem
from shapecalc.grading.exchange.markup import decimal_text
from shapecalc.grading.exchange.needs import shortcomings_of
from shapecalc.grading.judge import Verdict, judge
from shapecalc.grading.quizzes import PREFIX, QUIZ_NAMES
from tests.grading.exchange.places.aiken import read_aiken
from tests.grading.exchange.places.canvas import classic, groups, new_quizzes, read_package
from tests.grading.exchange.places.gift import read_gift
from tests.grading.exchange.places.moodle import read_xml
from tests.grading.exchange.places.qti import QtiItem, read_qti

#: A place's questions by the names of variants.
Place = dict[str, Any]


def _canvas(content: bytes, read: Callable[[Any], Any]) -> Place:
    items = chain.from_iterable(items for _, items in groups(read_package(content)[1]).values())
    return {question.name: question for question in map(read, items)}


def _qti(content: bytes) -> Place:
    documents = read_qti(content)
    return {root.get("title", ""): QtiItem(root) for root in documents.values() if root.tag == "assessmentItem"}


PLACES: dict[str, tuple[str, Callable[[bytes], Place]]] = {
    "moodle": ("moodle", lambda content: {each.name: each for each in read_xml(content)}),
    "gift": ("gift", lambda content: {each.name: each for each in read_gift(content.decode())}),
    "canvas classic": ("canvas", lambda content: _canvas(content, classic)),
    "canvas new": ("canvas", lambda content: _canvas(content, new_quizzes)),
    "qti21": ("qti21", _qti),
    "qti3": ("qti3", _qti),
}


@cache
def bank(name: str) -> QuizBank:
    return QuizBank(load_template(PREFIX + name), 2)


@cache
def asked(name: str, to: str) -> tuple[bytes, dict[Ability, tuple[str, ...]]]:
    """An export, and the questions of each thing that it lists."""
    files = FORMATS[to].write(bank(name))
    listed = [*shortcomings_of(bank(name), FORMATS[to]), *files.shortcomings]
    return files.content, {shortcoming.ability: shortcoming.questions for shortcoming in listed}


def as_told(entry: QuizEntry) -> Iterator[str]:
    """Answers that are written as the question asks, with what its mistakes give."""
    item, kind = entry.item, entry.question.answer
    if isinstance(item, NumberItem):
        values = [item.key, item.key + 1, *(wrong.value for wrong in item.wrong)]
        if isinstance(kind, NumberAnswer):
            values += [item.key + item.tolerance / 2, item.key + item.tolerance * 2]
        yield from map(decimal_text, values)
    elif isinstance(item, TextItem):
        yield from item.right
        yield from (wrong.text for wrong in item.wrong)


def in_other_notations(entry: QuizEntry) -> Iterator[str]:
    """Answers as people write them anywhere."""
    yield from (text for text, _ in entry.question.tests)
    yield from (mark.answer for mark in wrong_marks(entry.question))
    if isinstance(entry.item, NumberItem):
        key = decimal_text(entry.item.key)
        yield from (f" {key} ", f"= {key}", f"{key} values", f"**{key}**", f"{int(entry.item.key):,}", f"{key}.0")


def choices(item: ChoiceItem) -> Iterator[tuple[int, ...]]:
    count = len(item.options)
    sizes = (1,) if item.parts is None else range(count + 1)
    return chain.from_iterable(combinations(range(count), size) for size in sizes)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("name", QUIZ_NAMES)
def test_a_place_marks_as_we_do(name, place):
    """To the point, for answers that are written as the question asks; else the question is listed."""
    to, read = PLACES[place]
    content, listed = asked(name, to)
    questions = read(content)
    differences = []
    for pool in bank(name).pools:
        for entry in pool.entries:
            there = questions.pop(entry.name)
            differences += list(_differences(entry, there, pool.id, listed))
    assert differences == []
    assert questions == {}


def _differences(entry: QuizEntry, there: Any, name: str, listed: dict[Ability, tuple[str, ...]]) -> Iterator[Any]:
    """The answers whose marks differ though nothing says so."""
    question = entry.question
    if isinstance(entry.item, EssayItem):
        if there.mark("0") is not None or name not in listed[Ability.EFFECTS]:
            yield name, "is no essay"
        return
    if isinstance(entry.item, ChoiceItem):
        for places in choices(entry.item):
            points = judge(question, letters_of(places)).points
            worth = float(question.points) if name in listed.get(Ability.POINTS, ()) else 1.0
            if abs(there.mark(places) * worth - float(points)) > 1e-5:
                yield name, places, there.mark(places), points
        return
    worth = float(question.points) if name in listed.get(Ability.POINTS, ()) else 1.0
    for text in as_told(entry):
        mark = judge(question, text)
        unlisted = mark.verdict.is_undecided and name in listed.get(Ability.UNLISTED_WORDS, ())
        if there.mark(text) * worth != float(mark.points) and not unlisted:
            yield name, text, there.mark(text), mark.points
    for text in in_other_notations(entry):
        mark = judge(question, text)
        if there.mark(text) * worth != float(mark.points) and name not in listed.get(Ability.NOTATIONS, ()):
            yield name, text, there.mark(text), mark.points


@pytest.mark.parametrize("name", QUIZ_NAMES)
def test_aiken_has_one_right_option(name):
    """It is right by the judge, and every other is wrong."""
    questions = read_aiken(asked(name, "aiken")[0].decode())
    entries = [entry for pool in bank(name).pools for entry in pool.entries]
    assert len(questions) == len(entries)
    for entry, there in zip(entries, questions, strict=True):
        verdicts = [judge(entry.question, option).verdict for option in there.options]
        assert [verdict is Verdict.RIGHT for verdict in verdicts] == [
            place == there.right for place in range(len(verdicts))
        ], entry.name


@pytest.mark.parametrize("to", ["moodle", "gift", "qti21", "qti3"])
def test_a_mistake_gets_its_words(to):
    """Whoever leaves out the + 1 reads it there; whoever is right does not."""
    content = asked("one-layer", to)[0]
    (there,) = (each for name, each in PLACES[to][1](content).items() if name == "width-1")
    entry = bank("one-layer").pools[0].entries[0]
    (wrong,) = (wrong for wrong in entry.item.wrong if wrong.says.startswith("You left out the + 1"))  # type: ignore[union-attr]
    shown = there.words if to.startswith("qti") else lambda answer: there.reaction(answer).feedback
    assert "You left out the + 1" in shown(decimal_text(wrong.value))  # type: ignore[union-attr]
    assert "You left out" not in shown(decimal_text(entry.item.key))  # type: ignore[union-attr]


@pytest.mark.parametrize("to", ["canvas", "qti21", "qti3"])
def test_one_variant_is_drawn(to):
    """Of each question that has several."""
    content, pools = asked("one-layer", to)[0], bank("one-layer").pools
    several = [pool.id for pool in pools if len(pool.entries) > 1]
    if to == "canvas":
        drawn = [name for name, (count, _) in groups(read_package(content)[1]).items() if name and count == 1]
    else:
        sections = read_qti(content)["test.xml"].iter("assessmentSection")
        drawn = [each.get("title", "") for each in sections if each.find("selection[@select='1']") is not None]
    assert drawn == several
