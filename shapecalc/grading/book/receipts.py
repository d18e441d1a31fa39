"""Receipts: what a student handed in and what it got, with all that is needed to come to the same verdicts again."""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal, NamedTuple, final

from pydantic import BaseModel, ConfigDict, Field

from shapecalc.errors import ShapecalcError, SpecError
from shapecalc.formats.document.files import from_json, validate_model
from shapecalc.formats.text.files import read_text
from shapecalc.grading.book.decisions import Decision, decided_by_hand
from shapecalc.grading.book.entries import rule_data, rule_from
from shapecalc.grading.book.graded import GradedSitting
from shapecalc.grading.book.marking import Marking
from shapecalc.grading.book.papers import Papers, QuestionVariant
from shapecalc.grading.judge import Mark, Verdict, plain_points
from shapecalc.grading.quiz.policy import Feedback
from shapecalc.grading.quiz.quiz import Quiz
from shapecalc.grading.quiz.template import QuizTemplate
from shapecalc.grading.quizzes import PREFIX
from shapecalc.grading.submissions.sittings import MAX_SITTINGS, Sitting
from shapecalc.grading.training import RecordedTrainings, Trainer, recorded_trainings
from shapecalc.grading.variants.seeds import Seeds
from shapecalc.page import visible

#: What a receipt says of itself; a later form gets a higher number.
FORMAT = 1
#: What only a teacher sees before the feedback policy shows it: what would give the key away.
_FOR_TEACHERS = ("key", "derivation", "note", "mistakes", "carried")


@final
class Audience(NamedTuple):
    """Whom a receipt is for.

    Attributes:
        is_teacher: whether it is the teacher, who sees everything.
        is_after_deadline: whether feedback is shown that waits for the deadline.
    """

    is_teacher: bool = False
    is_after_deadline: bool = False

    def sees(self, mark: Mark) -> bool:
        """Whether the key of a mark's question, and what was wrong, are shown."""
        feedback = mark.question.policy.feedback
        after = feedback is Feedback.AFTER_DEADLINE and self.is_after_deadline
        return self.is_teacher or feedback is Feedback.NOW or after


class ReceiptPart(BaseModel):
    """A part of a receipt. Abstract: each part is a class of its own."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class _QuizPart(ReceiptPart):
    title: str
    file: str
    hash: str


class _DecisionPart(ReceiptPart):
    question: str
    points: str = Field(pattern=r"^\d{1,9}(/\d{1,9})?$")
    because: str
    by: str
    at: str
    answer: str | None = None


class _Receipt(ReceiptPart):
    """A receipt as a file: only what the verdicts come from is checked, the rest is compared."""

    receipt: Literal[1]
    audience: Literal["teacher", "student"]
    after_deadline: bool
    version: str
    quiz: _QuizPart
    seed: str | None
    student: str
    attempts: list[dict[str, str]] = Field(min_length=1, max_length=MAX_SITTINGS)
    rule: dict[Literal["attempts", "penalty"], str | None]
    decisions: list[_DecisionPart]
    points: int | float
    undecided: int | float
    out_of: int | float
    marks: list[dict[str, Any]]


def receipt_text(
    papers: Papers,
    graded: GradedSitting,
    audience: Audience,
    *,
    file: str,
    version: str,
    seeds: Seeds | None,
) -> str:
    """The receipt of a student as the text of a file: JSON in ASCII, the same bytes whenever it is written.

    Args:
        papers: who answers which quiz.
        graded: the student's result, and what it comes from.
        audience: whom it is for.
        file: the quiz's file.
        version: the version of shapecalc that came to the verdicts.
        seeds: the seeds of the student's numbers; None where all students have the same.
    """
    result, sitting = graded.result, graded.sitting
    ids = [question.id for question in papers.quiz.questions]
    data = {
        "receipt": FORMAT,
        "audience": "teacher" if audience.is_teacher else "student",
        "after_deadline": audience.is_after_deadline,
        "version": version,
        "quiz": {"title": visible(papers.quiz.title), "file": file, "hash": papers.hash},
        "seed": seeds("") if seeds and audience.is_teacher else None,
        "student": sitting.student,
        "attempts": [dict(zip(ids, answers, strict=True)) for answers in sitting.attempts],
        "rule": rule_data(graded.rule),
        "decisions": [
            {"question": question, "points": str(decision.points), "because": decision.because, "by": decision.by,
             "at": decision.at, **({} if decision.answer is None else {"answer": decision.answer})}
            for question, decision in sorted(graded.decisions.items())
        ],
        "points": plain_points(result.points),
        "undecided": plain_points(result.undecided),
        "out_of": plain_points(papers.quiz.points),
        "marks": [_mark(mark, audience, seeds(mark.question.id) if seeds else None) for mark in result.marks],
    }  # fmt: skip
    return json.dumps(data, indent=1) + "\n"


def _mark(mark: Mark, audience: Audience, seed: str | None) -> dict[str, Any]:
    # the numbers that a student was given are no secret
    data = {**mark.as_dict(), "numbers": dict(mark.question.numbers)}
    if not audience.sees(mark):
        reading = data["note"] if mark.verdict is Verdict.NOT_UNDERSTOOD else None  # it is about the text alone
        data = {key: value for key, value in data.items() if key not in _FOR_TEACHERS}
        return {**data, "note": reading} if reading else data
    return {**data, "seed": seed} if audience.is_teacher else data


@final
class Replay(NamedTuple):
    """What replaying a receipt came to.

    Attributes:
        student: whose it is.
        is_same: whether every byte is the same.
        difference: what differs, or "".
    """

    student: str
    is_same: bool
    difference: str


def replay(
    path: Path,
    load: Callable[[Path], QuizTemplate],
    *,
    quiz: Path | None = None,
    version: str,
    trainer: Trainer | None = None,
) -> Replay:
    """Come to the verdicts of a receipt again, and compare every byte.

    Args:
        path: the receipt.
        load: reads a quiz.
        quiz: the quiz, where it does not lie where the receipt says.
        version: the version of shapecalc that replays.
        trainer: trains nets again; without one, the receipt is believed in what came out of trainings.

    Raises:
        SpecError: the file is no receipt, or there is no quiz.
    """
    text = read_text(path)
    receipt = validate_model(from_json(text, str(path)), _Receipt, str(path))
    template = load(quiz or _quiz_file(path, receipt.quiz.file))
    difference = _difference(text, receipt, template, version, trainer)
    return Replay(visible(receipt.student, 60), not difference, difference)


def _difference(text: str, receipt: _Receipt, template: QuizTemplate, version: str, trainer: Trainer | None) -> str:
    # where numbers are drawn, any secret will do: the receipt says what came out of the book's
    papers = Papers(template, b"replay")
    if papers.hash != receipt.quiz.hash:
        return "the quiz has changed since"
    seeds = _seeds(receipt)
    audience = Audience(receipt.audience == "teacher", receipt.after_deadline)
    trainer = trainer or RecordedTrainings(recorded_trainings(receipt.marks))
    graded = _graded(receipt, papers, papers.again([_variant(mark) for mark in receipt.marks], seeds), trainer)
    file, writer = receipt.quiz.file, receipt.version
    again = receipt_text(papers, graded, audience, file=file, version=writer, seeds=seeds)
    if again == text:
        return ""
    lines = list(zip(text.splitlines(), again.splitlines(), strict=False))
    at = next((number for number, (old, new) in enumerate(lines, 1) if old != new), len(lines))
    old, new = lines[at - 1] if lines else ("", "")
    written = "" if version == writer else f" (it was written by version {writer}, this is {version})"
    return f"line {at} is {visible(old.strip(), 60)}, but comes out as {visible(new.strip(), 60)}{written}"


def _seeds(receipt: _Receipt) -> Seeds | None:
    """The seeds that a teacher's receipt of a quiz with drawn numbers has."""
    if receipt.seed is None:
        return None
    seeds = {"": receipt.seed, **{str(mark.get("question")): str(mark.get("seed")) for mark in receipt.marks}}
    return lambda question: seeds.get(question, "")


def _variant(mark: dict[str, Any]) -> QuestionVariant:
    """The numbers that were drawn for a question, and the order of its options."""
    numbers, options = mark.get("numbers"), mark.get("options", [])
    if not isinstance(numbers, dict) or not all(isinstance(value, int | str) for value in numbers.values()):
        raise SpecError("The numbers of the receipt cannot be read.")
    if not isinstance(options, list) or not all(isinstance(text, str) for text in options):
        raise SpecError("The options of the receipt cannot be read.")
    return QuestionVariant(numbers, tuple(options))


def _graded(receipt: _Receipt, papers: Papers, quiz: Quiz, trainer: Trainer) -> GradedSitting:
    ids = [question.id for question in quiz.questions]
    attempts = tuple([tuple([answers.get(name, "") for name in ids]) for answers in receipt.attempts])
    sitting = Sitting(receipt.student, attempts)
    try:
        rule = rule_from({str(name): value for name, value in receipt.rule.items()})
        decisions = {
            part.question: Decision(
                receipt.student, part.question, Fraction(part.points), part.because, part.by, part.at, part.answer
            )
            for part in receipt.decisions
        }
    except (KeyError, ValueError, ZeroDivisionError):
        raise SpecError("The rule or the decisions of the receipt cannot be read.") from None
    result = decided_by_hand(Marking(papers, rule, trainer=trainer).result_of(sitting, quiz), decisions)
    return GradedSitting(result, sitting, rule, decisions)


def _quiz_file(path: Path, file: str) -> Path:
    """The quiz of a receipt, by the path that it names, from here or from the receipt's folder."""
    if file.startswith(PREFIX):
        return Path(file)
    places = [Path(file), path.parent / file, path.parent / Path(file).name]
    for place in places:
        if place.is_file():
            return place
    raise ShapecalcError(f"The quiz {visible(file, 80)} is not there; name it with --quiz.")
