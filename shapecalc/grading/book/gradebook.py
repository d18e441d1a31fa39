"""The gradebook: every student's marks, and what a teacher should look at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, final

from shapecalc.errors import SpecError, check_type
from shapecalc.formats.spreadsheet import cell, csv_text
from shapecalc.grading.book.answers import Answers
from shapecalc.grading.book.graded import GradedSitting
from shapecalc.grading.book.marking import AttemptRule, Marking, make_rule
from shapecalc.grading.book.papers import Papers
from shapecalc.grading.book.result import Result
from shapecalc.grading.judge import Verdict, plain_points
from shapecalc.grading.layout import laid_out, step_words
from shapecalc.grading.quiz.question import Question
from shapecalc.grading.quiz.quiz import Quiz
from shapecalc.grading.quiz.steps import steps_text
from shapecalc.grading.submissions.sittings import Sittings, open_sittings, student_order
from shapecalc.grading.submissions.table import Unreadable
from shapecalc.grading.training import Trainer
from shapecalc.page import Column, Lines, Notes, Page, Presentable, Table, visible

#: What the columns of counts are called: what was not understood is work for a person.
_COUNTS = {
    Verdict.RIGHT: "right",
    Verdict.PARTLY: "partly",
    Verdict.WRONG: "wrong",
    Verdict.BLANK: "blank",
    Verdict.NOT_UNDERSTOOD: "to look at",
    Verdict.LOOK_BY_HAND: "by hand",
}

#: The most answers that are graded at a time, and characters of those that differ.
MAX_ANSWERS, MAX_CHARACTERS = 40_000, 400_000
#: The most of a submission's place on the page.
_PLACE = 40


@final
@dataclass(frozen=True, slots=True)
class Gradebook(Presentable):
    """A graded quiz.

    Attributes:
        quiz: the questions, with their keys.
        results: one for each student, in the order of their names.
        remarks: what a teacher should know of how the answers were read.
        unreadable: the submissions that could not be read, each with its place.
    """

    quiz: Quiz
    results: tuple[Result, ...]
    remarks: tuple[str, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()

    @property
    def out_of(self) -> Fraction:
        """What all questions are worth."""
        return self.quiz.points

    def count(self, question: Question, verdict: Verdict) -> int:
        """How many students got this verdict on a question."""
        place = self.quiz.questions.index(question)
        return sum(result.marks[place].verdict is verdict for result in self.results)

    def _is_same(self, question: Question) -> bool:
        """Whether all students have the same numbers, and the same order of options, in a question."""
        if not (question.numbers or question.is_shuffled):
            return True
        place = self.quiz.questions.index(question)
        variants = {
            (mark.question.numbers, mark.question.order) for mark in (result.marks[place] for result in self.results)
        }
        return len(variants) <= 1

    def _has_one_key(self, question: Question) -> bool:
        """Whether a question has the same key for all students, though perhaps by other numbers, or behind others."""
        place = self.quiz.questions.index(question)
        keys = {result.marks[place].question.key_words for result in self.results}
        return self._is_same(question) or keys == {question.key_words}

    def page(self) -> Page:
        """Each student's points, then the answers that are not right with the reasons, then the keys."""
        margin = max(len(question.id) for question in self.quiz.questions) + 2
        students = [notes for result in self.results if (notes := result.notes(result.name, margin=margin)).notes]
        return Page((Lines((self._title(),)), self._summary(), *self._unread(), *students, self._keys(margin)))

    def _unread(self) -> Iterator[Notes]:
        if self.unreadable:
            notes = [(visible(place, _PLACE), visible(reason)) for place, reason in self.unreadable]
            yield laid_out(notes, f"Submissions that could not be read: {len(notes)}", margin=0)

    def as_dict(self) -> dict[str, Any]:
        """What ``--json`` prints: see docs/reference/quiz.md. What students wrote is made safe to print."""
        # where numbers are drawn, each mark has a derivation of its own
        derivations = {
            question.id: steps_text(question.steps) for question in self.quiz.questions if self._is_same(question)
        }
        return {
            "title": visible(self.quiz.title),
            "out_of": plain_points(self.out_of),
            "questions": [self._question(question) for question in self.quiz.questions],
            "students": [result.as_dict(derivations) for result in self.results],
            "unreadable": [{"place": visible(place), "reason": visible(why)} for place, why in self.unreadable],
            "remarks": [visible(remark) for remark in self.remarks],
        }

    def as_csv(self) -> str:
        """What ``--csv`` prints: one row for each student, with an empty cell where a person has to look."""
        questions = [cell(question.id) for question in self.quiz.questions]
        titles = ["student", "points", "out of", *self._csv_verdicts(), *questions]
        return csv_text([titles, *(self._row(result) for result in self.results)])

    def _csv_verdicts(self) -> list[Verdict]:
        """The verdicts that are counted; the last one has a column only where an answer has it."""
        by_hand = any(result.count(Verdict.LOOK_BY_HAND) for result in self.results)
        return [verdict for verdict in Verdict if by_hand or verdict is not Verdict.LOOK_BY_HAND]

    def _title(self) -> str:
        counts = [(len(self.results), "student"), (len(self.quiz.questions), "question"), (self.out_of, "point")]
        words = ", ".join(f"{float(number):g} {noun}{'' if number == 1 else 's'}" for number, noun in counts)
        return f"{visible(self.quiz.title)}: {words}"

    def _summary(self) -> Table:
        verdicts = [verdict for verdict in Verdict if any(result.count(verdict) for result in self.results)]
        titles = [f"of {plain_points(self.out_of)}", *(_COUNTS[verdict] for verdict in verdicts)]
        rows = tuple(
            (result.name, result.points_text(), *(str(result.count(verdict) or "") for verdict in verdicts))
            for result in self.results
        )
        return Table((Column("student", least=12), *(Column(title, "right") for title in titles)), rows)

    def _keys(self, margin: int) -> Notes:
        return laid_out(list(self._key_notes()), "The keys, and where they come from", margin=margin)

    def _key_notes(self) -> Iterator[tuple[str, str]]:
        for question in self.quiz.questions:
            right = self.count(question, Verdict.RIGHT)
            key = question.key_words if self._has_one_key(question) else "differs between students"
            yield question.id, f"{key} ({right} of {len(self.results)} right)"
            # where every answer is right, nobody needs the derivation
            if right < len(self.results) and self._is_same(question):
                yield from (("", step_words(step)) for step in question.steps)

    def _question(self, question: Question) -> dict[str, Any]:
        options = {"options": [visible(option.text) for option in question.options]} if question.options else {}
        return {
            "id": question.id,
            "text": visible(question.text),
            "kind": question.kind,
            "points": plain_points(question.points),
            "key": question.answer.plain(question.key) if self._has_one_key(question) else None,
            "derivation": steps_text(question.steps) if self._is_same(question) else "",
            **options,
            **{verdict.key: self.count(question, verdict) for verdict in Verdict},
        }

    def _row(self, result: Result) -> list[object]:
        points = ["" if mark.verdict.is_undecided else plain_points(mark.points) for mark in result.marks]
        counts = [result.count(verdict) for verdict in self._csv_verdicts()]
        return [cell(result.student), plain_points(result.points), plain_points(self.out_of), *counts, *points]


def grade(
    quiz: Quiz,
    answers: Answers,
    *,
    attempts: str = "",
    penalty: Fraction | float | None = None,
    trainer: Trainer | None = None,
) -> Gradebook:
    """Judge every answer by the keys.

    Args:
        quiz: the questions.
        answers: what the class handed in.
        attempts: which of several attempts counts, ``last``, ``first``, ``best`` or ``average``; as the quiz says, by
            default.
        penalty: the part of the points that each attempt behind the first costs; as the quiz says, by default.
        trainer: trains nets, where a question asks for that; without one, a person looks at them.

    Raises:
        SpecError: no column names the students or answers a question; or there are too many answers.
    """
    check_type("quiz", quiz, Quiz, "a quiz", "shapecalc.grading.load_quiz reads one.")
    sittings, graded = grade_sittings(Papers(quiz), answers, make_rule(attempts, penalty), trainer)
    results = tuple([student.result for student in graded])
    return Gradebook(quiz, results, sittings.remarks, tuple(sittings.unreadable))


def grade_sittings(
    papers: Papers, answers: Answers, rule: AttemptRule, trainer: Trainer | None = None
) -> tuple[Sittings, list[GradedSitting]]:
    """How the files of a small class were read, and each student's result with what was handed in, sorted by name.

    Raises:
        SpecError: as :func:`grade`.
    """
    check_type("answers", answers, Answers, "answers", "shapecalc.grading.read_answers reads them.")
    sittings = open_sittings(answers.tables, papers.quiz, answers.student)
    marking = Marking(papers, rule, most_characters=MAX_CHARACTERS, source=answers.source, trainer=trainer)
    students = MAX_ANSWERS // len(papers.quiz.questions)
    graded = []
    for sitting in sittings:
        graded.append(GradedSitting(marking.result(sitting), sitting, rule, {}))
        if len(graded) > students:
            raise SpecError(
                f"{answers.source}: at most {MAX_ANSWERS:,} answers are graded at a time: of {students:,} students, "
                f"with {len(papers.quiz.questions)} questions. Grade more into a gradebook: --book course.db."
            )
    return sittings, sorted(graded, key=lambda entry: student_order(entry.sitting.student))
