"""Drafts: a quiz file of ours from the questions of a place, with what could not be read of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from pathlib import Path
from typing import Any, NamedTuple, final

from shapecalc.errors import SpecError
from shapecalc.formats.document.dumping import yaml_text
from shapecalc.formats.writing import write_atomically
from shapecalc.grading.answers.numerals import rational_text
from shapecalc.grading.answers.text import comparable
from shapecalc.grading.exchange.foreign import ForeignAnswer, ForeignQuestion
from shapecalc.grading.layout import laid_out
from shapecalc.grading.quiz.document.parts import MAX_WORDS
from shapecalc.grading.quiz.document.question import MAX_TESTS
from shapecalc.grading.quiz.document.quiz import MAX_BYTES, MAX_QUESTIONS
from shapecalc.grading.quiz.document.values import MAX_ACCEPTED
from shapecalc.grading.quiz.template import QuizTemplate
from shapecalc.grading.variants.seeds import plain_seeds
from shapecalc.page import Lines, Page, Presentable, visible

#: The longest name of a question.
_ID = 40
#: So many questions are named beside a remark.
_NAMED = 8


@final
class DraftEntry(NamedTuple):
    """A question as an entry of a quiz file, and what could not be read of it."""

    content: dict[str, Any]
    remarks: tuple[str, ...]


@final
@dataclass(frozen=True, slots=True)
class QuizDraft(Presentable):
    """A quiz file that a person goes on with.

    Attributes:
        title: what the quiz is called.
        entries: its questions; each can be asked as it stands.
        remarks: what could not be read, each with the question's name.
    """

    title: str
    entries: tuple[dict[str, Any], ...]
    remarks: tuple[tuple[str, str], ...]

    def text(self) -> str:
        """The file, with what could not be read in front, as comments."""
        remarks = "".join(f"# not read  {words}: {', '.join(names)}\n" for words, names in self.by_remark.items())
        return remarks + yaml_text({"title": self.title, "questions": [*self.entries]})

    @property
    def by_remark(self) -> dict[str, tuple[str, ...]]:
        """Each remark with the names of the questions that it is about."""
        remarks: dict[str, tuple[str, ...]] = {}
        for name, words in self.remarks:
            remarks[words] = (*remarks.get(words, ()), name)
        return remarks

    def save(self, path: Path) -> None:
        """Write the file.

        Raises:
            ShapecalcError: it cannot be written.
        """
        write_atomically(path, self.text().encode())

    def page(self) -> Page:
        count = len(self.entries)
        summary = Lines((f"{self.title}: {count} question{'s' * (count != 1)} in the draft",))
        if not self.remarks:
            return Page((summary,))
        notes = [(f"{len(names)}", f"{words} ({_listed(names)})") for words, names in self.by_remark.items()]
        margin = max(len(count) for count, _ in notes) + 2
        return Page((summary, laid_out(notes, "What could not be read, of how many questions", margin=margin)))

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        remarks = [{"question": name, "remark": words} for name, words in self.remarks]
        return {"title": self.title, "questions": [*self.entries], "not_read": remarks}


def _listed(names: tuple[str, ...]) -> str:
    """Some of the names of many questions."""
    return ", ".join(names) if len(names) <= _NAMED else f"{', '.join(names[:_NAMED])}, ..."


def draft_of(title: str, questions: Iterable[ForeignQuestion], remarks: Iterable[tuple[str, str]] = ()) -> QuizDraft:
    """A draft of the questions of a place.

    Args:
        title: what the quiz is called.
        questions: its questions.
        remarks: what could not be read of the file.
    """
    entries: list[dict[str, Any]] = []
    notes = [*remarks]
    names: set[str] = set()
    size = 0
    for question in questions:
        name = _name(question.name, names)
        notes += [(name, visible(remark)) for remark in question.remarks]
        entry, reason = _entry(question, name)
        if entry is not None:
            size += len(yaml_text([entry.content]).encode())
            if len(entries) == MAX_QUESTIONS or size > MAX_BYTES - 2_000:
                reason = f"a quiz has at most {MAX_QUESTIONS} questions and {MAX_BYTES:,} bytes"
            else:
                entries.append(entry.content)
                notes += [(name, remark) for remark in entry.remarks]
        if reason:
            notes.append((name, f"left out: {reason}"))
    return QuizDraft(visible(title)[:80] or "Draft", tuple(entries), tuple(notes))


def _entry(question: ForeignQuestion, name: str) -> tuple[DraftEntry | None, str]:
    """A question as an entry, or the reason why it is none."""
    head: dict[str, Any] = {"id": name, "text": question.text[:MAX_WORDS]}
    if question.points != 1:
        head["points"] = round(float(question.points), 2)
    try:
        keys, remarks = _keys(question)
        entry = DraftEntry({**head, **keys}, tuple(remarks))
        QuizTemplate({"title": "draft", "questions": [entry.content]}, "draft").variant(plain_seeds("1"))
    except SpecError as refused:
        return None, visible(str(refused).removeprefix("draft: ").removeprefix(f"question {name}: "))
    shortened = [f"its text is cut after {MAX_WORDS:,} characters"] if len(question.text) > MAX_WORDS else []
    return entry._replace(remarks=(*entry.remarks, *shortened)), ""


def _keys(question: ForeignQuestion) -> tuple[dict[str, Any], list[str]]:
    """What an entry has beside its text, and what could not be read.

    Raises:
        SpecError: nothing of ours is like it.
    """
    match question.kind:
        case "number":
            return _number(question.answers)
        case "text":
            return _text(question.answers)
        case "choice" | "choices":
            return _choice(question.answers, is_single=question.kind == "choice")
        case kind:
            raise SpecError(f"it is of kind {kind[:40]}, which nothing can be made of; write it anew.")


def _number(answers: tuple[ForeignAnswer, ...]) -> tuple[dict[str, Any], list[str]]:
    right = [answer for answer in answers if answer.part == 1]
    if not right or any(answer.is_pattern for answer in right):
        raise SpecError("any number is right there, or none.")
    key, remarks = Fraction(right[0].text), _words(answers)
    if len(right) > 1:
        remarks.append(f"{len(right) - 1} more right numbers: a question has one key")
    if any(0 < answer.part < 1 for answer in answers):
        remarks.append("numbers that earn a part of the points")
    keys: dict[str, Any] = {"kind": "integer" if key.denominator == 1 else "expression", "key": rational_text(key)}
    if right[0].tolerance:
        keys = {"kind": "number", "key": rational_text(key), "tolerance": rational_text(right[0].tolerance)}
    wrong = [rational_text(Fraction(answer.text)) for answer in answers if answer.part == 0 and not answer.is_pattern]
    wrong = [text for text in wrong if abs(Fraction(text) - key) > right[0].tolerance]
    return keys | _tests(wrong), remarks


def _text(answers: tuple[ForeignAnswer, ...]) -> tuple[dict[str, Any], list[str]]:
    remarks = _words(answers)
    patterns = sum(answer.is_pattern for answer in answers)
    if patterns:
        remarks.append(f"{patterns} answer{'s' * (patterns > 1)} with a sign that stands for anything")
    partly = [answer for answer in answers if 0 < answer.part < 1]
    if partly:
        remarks.append(f"{len(partly)} answer{'s' * (len(partly) > 1)} that earn a part of the points")
    texts = [answer for answer in answers if not answer.is_pattern]
    accepted = list(dict.fromkeys(answer.text for answer in texts if answer.part == 1))
    known = {comparable(text) for text in accepted}
    rejected = [answer.text for answer in texts if answer.part == 0 and comparable(answer.text) not in known]
    if not accepted:
        raise SpecError("no text is right there.")
    for words, listed in (("right", accepted), ("wrong", rejected)):
        if len(listed) > MAX_ACCEPTED:
            remarks.append(f"{len(listed) - MAX_ACCEPTED} {words} texts beyond {MAX_ACCEPTED}")
    keys = {"kind": "text", "accepted": accepted[:MAX_ACCEPTED], "unlisted": "wrong"}
    listed = list(dict.fromkeys(rejected))[:MAX_ACCEPTED]
    return keys | ({"rejected": listed} if listed else {}), remarks


def _choice(answers: tuple[ForeignAnswer, ...], *, is_single: bool) -> tuple[dict[str, Any], list[str]]:
    remarks = _words(answers)
    right = [answer for answer in answers if (answer.part == 1 if is_single else answer.part > 0)]
    options = [{"text": answer.text, "right": answer in right} for answer in answers]
    if is_single:
        if any(0 < abs(answer.part) < 1 or answer.part < 0 for answer in answers):
            remarks.append("options that earn or cost a part of the points")
        return {"kind": "single-choice", "options": options}, remarks
    wrong = {answer.part for answer in answers if answer.part <= 0}
    parts = "right-minus-wrong"
    if wrong == {Fraction(-1)} and len(right) > 1:
        parts = "all-or-nothing"
        remarks.append("what part of the right options earns; all or nothing counts")
    elif right and (wrong - {-right[0].part} or {answer.part for answer in right} != {Fraction(1, len(right))}):
        remarks.append("what each option earns or costs; right options minus wrong ones count")
    return {"kind": "select-all", "parts": parts, "options": options}, remarks


def _tests(wrong: list[str]) -> dict[str, Any]:
    texts = list(dict.fromkeys(wrong))[:MAX_TESTS]
    return {"tests": {"wrong": texts}} if texts else {}


def _words(answers: tuple[ForeignAnswer, ...]) -> list[str]:
    """A remark on words for answers: ours come from mistakes with names."""
    has_words = any(answer.says for answer in answers)
    return ["what is said of wrong answers; name mistakes in its place"] if has_words else []


def _name(text: str, names: set[str]) -> str:
    """A name of a question that no other has; it is added to the names."""
    stem = re.sub(r"[^\w.-]+", "-", text).strip("-")[: _ID - 5] or "question"
    digits = ceil(len(str(len(names) + 1)))
    name, count = stem, 1
    while name in names:
        count += 1
        name = f"{stem}-{count:0{digits}}"
    names.add(name)
    return name
