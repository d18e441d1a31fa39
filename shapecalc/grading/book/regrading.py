"""Grading anew when a quiz has changed: which marks change, by how much, and why."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from typing import Any, NamedTuple, final

from shapecalc.grading.book.chunks import marked_chunks
from shapecalc.grading.book.course import Course
from shapecalc.grading.book.decisions import NEVER_LOWER, Decision, standing
from shapecalc.grading.book.engines import EngineName, open_engine
from shapecalc.grading.book.entries import BookEntry, MarkRecord, points_text, questions_data, rule_from, sitting_of
from shapecalc.grading.layout import laid_out
from shapecalc.grading.training import RecordedTrainings, Trainer, recorded_trainings
from shapecalc.page import Lines, Page, Presentable, visible

#: The most of an answer in a line.
_ANSWER = 32


@final
class ChangedMark(NamedTuple):
    """A mark that changes when a quiz does.

    Attributes:
        student: whose.
        question: the question's id.
        answer: what was answered.
        before: the verdict and the points as they were; empty where the question is new.
        after: the verdict and the points as they are; empty where the question is gone.
        why: what of the question changed.
        is_raised: whether it does not lower the points.
        decision: the points that a decision by hand keeps it at, or "".
        is_floored: whether it stays at its points, because marks are never lowered.
    """

    student: str
    question: str
    answer: str
    before: tuple[str, str]
    after: tuple[str, str]
    why: str
    is_raised: bool
    decision: str
    is_floored: bool = False

    def words(self) -> str:
        """The change in a line."""
        old, new = (
            f"{verdict}, {points_text(points)}" if verdict else "none" for verdict, points in (self.before, self.after)
        )
        by_hand = f"; decided by hand: stays {points_text(self.decision)}" if self.decision else ""
        if self.is_floored:
            by_hand = f"; never lowered: stays {points_text(self.before[1])}"
        return f"{visible(self.answer.strip(), _ANSWER) or 'blank'}: {old} → {new} ({self.why}){by_hand}"

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "student": self.student,
            "question": self.question,
            "answer": visible(self.answer),
            "before": {"verdict": self.before[0], "points": points_text(self.before[1] or "0")},
            "after": {"verdict": self.after[0], "points": points_text(self.after[1] or "0")},
            "why": self.why,
            "never_lowered": self.is_floored,
            "decided_by_hand": points_text(self.decision) if self.decision else None,
        }


@final
@dataclass(frozen=True, slots=True)
class Regrading(Presentable):
    """What changes when a class is graded anew.

    Attributes:
        title: the quiz.
        students: how many students there are.
        changes: the marks that change.
        is_written: whether the book has changed, too.
        lower: how many marks would be lower, and are kept as they were.
    """

    title: str
    students: int
    changes: tuple[ChangedMark, ...]
    is_written: bool
    lower: int = 0

    def page(self) -> Page:
        count = len(self.changes)
        changed = f"{count} mark{'s' * (count != 1)} {'changed' if self.is_written else 'would change'}"
        lines = [f"{self.title}: {self.students} student{'s' * (self.students != 1)}, {changed}"]
        if self.lower:
            lines.append(f"{self.lower} of them would be lower, and stay as they were.")
        margin = max((len(change.question) for change in self.changes), default=0) + 2
        notes = [
            laid_out([(change.question, change.words()) for change in group], visible(student, _ANSWER), margin=margin)
            for student, group in groupby(self.changes, lambda change: change.student)
        ]
        return Page((Lines(tuple(lines)), *notes))

    def as_dict(self) -> dict[str, Any]:
        """For JSON: how many students, and each mark that changes."""
        return {
            "title": self.title,
            "students": self.students,
            "written": self.is_written,
            "not_lowered": self.lower,
            "changes": [change.as_dict() for change in self.changes],
        }


def regrade(
    course: Course,
    *,
    write: bool = True,
    never_lower: bool = False,
    workers: int = 1,
    time: str = "",
    trainer: Trainer | None = None,
) -> Regrading:
    """Grade all students of a quiz anew, as the quiz stands now.

    Args:
        course: the quiz in its gradebook.
        write: whether the book changes, or only what would change is returned.
        never_lower: keep the points of every mark that would be lower, as a decision that later runs respect.
        workers: how many processes mark.
        time: the time, for those decisions.
        trainer: trains nets, where a question asks for that and the book does not have what came out.

    Raises:
        SpecError: the book has marks of other quizzes alone.
    """
    course.check_students()
    anew = _Regrader(course, never_lower=never_lower, time=time)
    changes: list[ChangedMark] = []
    students = lower = 0
    if write:
        course.record()
    engine = open_engine(EngineName.JOBLIB, workers)
    # by the rules that they were graded under, which differ where files were graded under several
    for old in _by_rule(course):
        rule = rule_from(json.loads(old[0].rule))
        sittings = [sitting_of(entry, course.quiz) for entry in old]
        trained = _recorded(course, old, trainer)
        new = [entry for chunk in marked_chunks(course.papers, rule, sittings, engine, trained) for entry in chunk]
        pairs = list(zip(old, new, strict=True))
        # answers to a question that is gone stay in the book: it may come back
        new = [entry._replace(attempts=before.attempts) for before, entry in pairs]
        chunk_changes = [change for before, after in pairs for change in anew.changes(before, after)]
        decisions = anew.floors(chunk_changes)
        floors = {(decision.student, decision.question) for decision in decisions}
        chunk_changes = [
            change._replace(is_floored=(change.student, change.question) in floors) for change in chunk_changes
        ]
        if write:
            course.book.write(course.title, new, decisions)
        changes += chunk_changes
        students += len(old)
        lower += len(decisions)
    return Regrading(course.title, students, tuple(changes), write, lower)


def _recorded(course: Course, entries: list[BookEntry], trainer: Trainer | None) -> Trainer | None:
    """The trainings that entries have, and a trainer for the others."""
    if not course.quiz.needs_training:
        return None
    return RecordedTrainings(recorded_trainings(record.data for entry in entries for record in entry.marks), trainer)


def _by_rule(course: Course) -> Iterator[list[BookEntry]]:
    """All entries, in their order, in groups of the same rule that are not too large."""
    for _, entries in groupby(course.book.entries(course.title), lambda entry: entry.rule):
        group: list[BookEntry] = []
        for entry in entries:
            group.append(entry)
            if len(group) == _GROUP:
                yield group
                group = []
        if group:
            yield group


#: The students that are graded anew at a time.
_GROUP = 2_000


@final
class _Regrader:
    """Compares marks of versions of a quiz."""

    def __init__(self, course: Course, *, never_lower: bool, time: str) -> None:
        self.course = course
        self.never_lower = never_lower
        self.time = time
        self.questions = {question["id"]: question for question in questions_data(course.quiz)}
        self.former: dict[str, dict[str, dict[str, Any]]] = {}
        self.decisions: dict[tuple[str, str], list[Decision]] = {}
        for decision in course.book.decisions(course.title):
            self.decisions.setdefault((decision.student, decision.question), []).append(decision)

    def changes(self, old: BookEntry, new: BookEntry) -> Iterator[ChangedMark]:
        """The marks of a student that differ."""
        before = {record.question: record for record in old.marks}
        after = {record.question: record for record in new.marks}
        for question in [*after, *(name for name in before if name not in after)]:
            pair = before.get(question), after.get(question)
            if _verdict(pair[0]) != _verdict(pair[1]):
                yield self._change(old, question, *pair)

    def _change(
        self, old: BookEntry, question: str, before: MarkRecord | None, after: MarkRecord | None
    ) -> ChangedMark:
        answer = next(record.data["answer"] for record in (after, before) if record)
        decision = standing(self.decisions.get((old.student, question), ()), answer)
        if decision and (decision.is_floor or not decision.is_on(answer)):
            decision = None
        points = [Fraction(record.points) if record else Fraction(0) for record in (before, after)]
        return ChangedMark(
            *(old.student, question, answer, _verdict(before), _verdict(after), self._why(old.hash, question)),
            *(points[1] >= points[0], str(decision.points) if decision else ""),
        )

    def _why(self, version_hash: str, question: str) -> str:
        if version_hash not in self.former:
            self.former[version_hash] = self.course.book.questions(self.course.title, version_hash)
        old, new = self.former[version_hash].get(question), self.questions.get(question)
        if old is None or new is None:
            return "the question is new" if old is None else "the question is gone"
        words = {"key": "the key was {}, is {}", "points": "it was worth {}, is {}", "kind": "its kind was {}, is {}"}
        reasons = [text.format(old[name], new[name]) for name, text in words.items() if old[name] != new[name]]
        if old["text"] != new["text"]:
            reasons.append("its text changed")
        return "; ".join(reasons) or "what is drawn or accepted changed"

    def floors(self, changes: list[ChangedMark]) -> list[Decision]:
        """The decisions that keep marks as they were."""
        if not self.never_lower:
            return []
        return [
            Decision(
                change.student,
                change.question,
                Fraction(change.before[1]),
                f"not lowered: {change.why}",
                NEVER_LOWER,
                self.time,
                change.answer,
            )
            for change in changes
            if not change.is_raised and not change.decision and change.after[0]
        ]


def _verdict(record: MarkRecord | None) -> tuple[str, str]:
    return (record.verdict, record.points) if record else ("", "")
