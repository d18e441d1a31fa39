"""A quiz as its file stood when it was read: each student's questions, and marks; equal answers are judged once."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import final

from shapecalc.grading import load_template
from shapecalc.grading.book.course import Course
from shapecalc.grading.book.database import BookDatabase
from shapecalc.grading.book.entries import BookEntry, Recorder
from shapecalc.grading.book.marking import AS_WRITTEN, Marking
from shapecalc.grading.book.result import Result
from shapecalc.grading.quiz.deadlines import deadline_of
from shapecalc.grading.quiz.question import Question
from shapecalc.grading.quiz.quiz import Quiz
from shapecalc.grading.submissions.sittings import Sitting
from shapecalc.grading.variants.conditions import Drawn

#: The students whose questions, results and networks are remembered.
STUDENTS = 4_096


@final
class Edition:
    """A quiz as its file stood when it was read.

    Args:
        book: the gradebook.
        file: the quiz.

    Raises:
        SpecError: the file is no quiz.
    """

    def __init__(self, book: BookDatabase, file: Path) -> None:
        template = load_template(file)
        self.deadline = deadline_of(template.content)
        self.course = Course(book, template)
        self.hash = self.course.hash
        self.title = self.course.title
        self.of = lru_cache(STUDENTS)(self._of)
        self.result = lru_cache(STUDENTS)(self._result)
        self._exhibits: dict[tuple[str, tuple[tuple[str, Drawn], ...]], tuple[str, ...]] = {}
        self._marking = Marking(self.course.papers, AS_WRITTEN)
        self._recorder = Recorder()
        self._lock = Lock()

    def _of(self, student: str) -> Quiz:
        with self._lock:
            return self.course.papers.of(student)

    def exhibit(self, question: Question) -> tuple[str, ...]:
        """The network that a question shows, which is written out once for all who have the same numbers."""
        place = (question.id, question.numbers)
        lines = self._exhibits.get(place)
        if lines is None:
            if len(self._exhibits) >= STUDENTS:
                self._exhibits.clear()
            lines = self._exhibits[place] = question.exhibit
        return lines

    def _result(self, sitting: Sitting) -> Result:
        """What a student's attempts earned."""
        quiz = self.of(sitting.student)
        with self._lock:
            return self._marking.result_of(sitting, quiz)

    def entry(self, result: Result, sitting: Sitting) -> BookEntry:
        """What the book keeps of a result."""
        with self._lock:
            return self._recorder.entry(result, sitting, AS_WRITTEN, self.hash)
