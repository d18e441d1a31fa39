"""A quiz that a class takes: what each student may answer, has written and has handed in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from itertools import count
from pathlib import Path
from threading import Lock
from typing import NamedTuple, TypeVar, final

from shapecalc.errors import SpecError
from shapecalc.grading.answers.kind import is_blank
from shapecalc.grading.book.database import BookDatabase
from shapecalc.grading.book.decisions import Decision, decided_by_hand, standing_decisions
from shapecalc.grading.book.entries import BookEntry, sitting_of
from shapecalc.grading.book.handing_in import Draft, drafts, hand_in, save_draft
from shapecalc.grading.book.result import Result
from shapecalc.grading.quiz.question import Question
from shapecalc.grading.submissions.sittings import MAX_SITTINGS, Sitting
from shapecalc.web.answer_fields import MAX_TEXT, misunderstanding
from shapecalc.web.classroom.edition import Edition
from shapecalc.web.classroom.sending import Acknowledgement, LastSaving, PageMark

#: What a function gives that writes.
Written = TypeVar("Written")


@final
class Seat(NamedTuple):
    """A student at a quiz.

    Attributes:
        edition: the quiz as it stands.
        student: who.
        entry: what the book has of the student; None for nothing.
        questions: with the student's own numbers.
        attempts: the answers of each attempt, in the order of the questions.
        written: what stands in the fields, by the questions' ids.
        result: what all attempts earned, decisions by hand included; None before the first.
        latest: the marks of the last attempt alone; None before the first.
        is_over: whether the deadline has passed.
        number: of the page that is made of it.
    """

    edition: Edition
    student: str
    entry: BookEntry | None
    questions: tuple[Question, ...]
    attempts: tuple[tuple[str, ...], ...]
    written: Mapping[str, str]
    result: Result | None
    latest: Result | None
    is_over: bool
    number: int = 0

    @property
    def mark(self) -> PageMark:
        """What the student's page holds."""
        return PageMark(len(self.attempts), self.edition.hash, self.number)

    def attempts_left(self, question: Question) -> int | None:
        """How often a question may still be answered; None for any number of times."""
        most = question.policy.attempts
        return max(most - len(self.attempts), 0) if most else None

    def is_open(self, question: Question) -> bool:
        """Whether a question may be answered."""
        return not self.is_over and self.attempts_left(question) != 0 and len(self.attempts) < MAX_SITTINGS

    @property
    def is_any_open(self) -> bool:
        """Whether there is a question to answer."""
        return any(map(self.is_open, self.questions))


@final
class QuizDesk:
    """A quiz that a class takes.

    Args:
        book: the gradebook.
        file: the quiz.
        clock: gives the time.
    """

    def __init__(self, book: BookDatabase, file: Path, clock: Callable[[], datetime]) -> None:
        self.book, self.file, self.clock = book, file, clock
        self.edition = Edition(book, file)
        self.edition.course.record()
        # SQLite has one writer at a time; those who wait here are served in turn
        self._writing = Lock()
        # in microseconds from an early date, so that they go on behind a restart
        self._numbers = count(int(clock().timestamp() * 1e6))
        self._savings: dict[str, LastSaving] = {}

    def renew(self, edition: Edition) -> None:
        """Go on with another edition."""
        edition.course.record()
        self.edition = edition

    def _is_outdated(self) -> bool:
        """Whether the book has marks from another version of the quiz; where that is the file's, it goes on with it."""
        hashes = self.book.hashes(self.edition.title)
        if hashes <= {self.edition.hash}:
            return False
        with suppress(SpecError):
            edition = Edition(self.book, self.file)
            self.edition = edition if hashes == {edition.hash} else self.edition
        return True

    def is_over(self, edition: Edition) -> bool:
        """Whether the deadline has passed."""
        return edition.deadline is not None and self.clock() > edition.deadline

    def seat(self, student: str) -> Seat:
        """A student as the book has them.

        Raises:
            SpecError: no quiz can be made with the student's numbers.
        """
        edition = self.edition
        entry = self._entry(edition, student)
        questions = edition.of(student).questions
        sitting = sitting_of(entry, edition.course.quiz) if entry else Sitting(student, ())
        result, latest = self._results(edition, sitting)
        draft = drafts(self.book, edition.title, student).get(student)
        answers = sitting.attempts[-1] if sitting.attempts else ()
        written = dict(zip([question.id for question in questions], answers, strict=False))
        written |= draft.answers if draft else {}
        is_over = self.is_over(edition)
        return Seat(
            edition, student, entry, questions, sitting.attempts, written, result, latest, is_over, next(self._numbers)
        )

    def save(self, seat: Seat, page: PageMark, texts: Mapping[str, str]) -> Seat | None:
        """Keep what stands in the fields, of questions that may be answered; the database has it afterwards.

        Returns:
            The student with what is written now; None where another page saved something else since this one was
            made, which stays.
        """
        fields = {
            question.id: texts[question.id][:MAX_TEXT]
            for question in seat.questions
            if seat.is_open(question) and question.id in texts
        }
        written = {**seat.written, **fields}
        if written != seat.written:
            with self._writing:
                last = self._savings.get(seat.student)
                if last and last.overtakes(page):
                    return None
                self._savings[seat.student] = LastSaving(page.number, next(self._numbers))
                save_draft(self.book, seat.edition.title, Draft(seat.student, written, self.clock()))
        return seat._replace(written=written)

    def hand_in(self, seat: Seat, page: PageMark, *, is_forced: bool = False) -> Acknowledgement:
        """Make what is saved an attempt.

        Args:
            seat: the student, with what is written.
            page: what the page holds that it was sent from.
            is_forced: whether what cannot be read is handed in as it is, for a person to look at.
        """
        if seat.is_over:
            return Acknowledgement.OVER
        if page.version != seat.mark.version or self._is_outdated():
            return Acknowledgement.CHANGED
        answers = self._answers(seat)
        if page.attempts != seat.mark.attempts:
            is_same = seat.attempts[page.attempts :] == (answers,)
            return Acknowledgement.SENT_TWICE if is_same else Acknowledgement.OLD_PAGE
        if not seat.is_any_open:
            return Acknowledgement.USED_UP
        open_answers = [
            (question, answer)
            for question, answer in zip(seat.questions, answers, strict=True)
            if seat.is_open(question)
        ]
        if all(is_blank(answer) for _, answer in open_answers):
            return Acknowledgement.EMPTY
        if not is_forced and any(misunderstanding(question, answer) for question, answer in open_answers):
            return Acknowledgement.NOT_UNDERSTOOD
        return self._hand_in(seat, answers)

    def _hand_in(self, seat: Seat, answers: tuple[str, ...]) -> Acknowledgement:
        edition = seat.edition
        sitting = Sitting(seat.student, (*seat.attempts, answers))
        entry = edition.entry(edition.result(sitting), sitting)
        with self._writing:
            is_kept = hand_in(self.book, edition.title, entry, seat.entry)
        return Acknowledgement.HANDED_IN if is_kept else self._overtaken(seat, answers)

    def _overtaken(self, seat: Seat, answers: tuple[str, ...]) -> Acknowledgement:
        """What another page of the student handed in meanwhile: the same, where a form was sent twice."""
        attempts = self.seat(seat.student).attempts
        return Acknowledgement.SENT_TWICE if attempts[len(seat.attempts) :] == (answers,) else Acknowledgement.OLD_PAGE

    def _answers(self, seat: Seat) -> tuple[str, ...]:
        """What is written, and the last answers to questions that may not be answered any more."""
        last = seat.attempts[-1] if seat.attempts else ("",) * len(seat.questions)
        return tuple(
            [
                seat.written.get(question.id, "") if seat.is_open(question) else answer
                for question, answer in zip(seat.questions, last, strict=True)
            ]
        )

    def collect(self) -> int:
        """Hand in what students have saved who handed in nothing, and return how many there are."""
        edition = self.edition
        students = [
            draft for student, draft in drafts(self.book, edition.title).items() if not self._entry(edition, student)
        ]
        collected = 0
        for draft in students:
            questions = edition.of(draft.student).questions
            answers = tuple([draft.answers.get(question.id, "") for question in questions])
            if all(map(is_blank, answers)):
                continue
            sitting = Sitting(draft.student, (answers,))
            entry = edition.entry(edition.result(sitting), sitting)
            with self._writing:
                collected += hand_in(self.book, edition.title, entry, None)
        return collected

    def in_turn(self, write: Callable[[], Written]) -> Written:
        """What a function returns that writes into the book, in turn with all others who write."""
        with self._writing:
            return write()

    def _entry(self, edition: Edition, student: str) -> BookEntry | None:
        return next(self.book.entries(edition.title, student), None)

    def _results(self, edition: Edition, sitting: Sitting) -> tuple[Result | None, Result | None]:
        """What all attempts earned, with what was decided by hand; and the marks of the last one."""
        if not sitting.attempts:
            return None, None
        result = edition.result(sitting)
        decisions: dict[str, list[Decision]] = {}
        for decision in self.book.decisions(edition.title, sitting.student):
            decisions.setdefault(decision.question, []).append(decision)
        decided = decided_by_hand(result, standing_decisions(result, decisions))
        if len(sitting.attempts) == 1:
            return decided, decided
        return decided, edition.result(sitting._replace(attempts=sitting.attempts[-1:]))
