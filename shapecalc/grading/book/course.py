"""A quiz in a gradebook: graded in chunks that are kept as they end, read again, graded anew, decided by hand."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import lru_cache
from importlib.metadata import version
from typing import TYPE_CHECKING, final

from shapecalc.errors import SpecError, check_choice, did_you_mean
from shapecalc.grading.book.answers import Answers
from shapecalc.grading.book.chunks import CHUNK, DIED, marked_chunks
from shapecalc.grading.book.decisions import MAX_REASON, Decision, decided_by_hand, standing_decisions
from shapecalc.grading.book.engines import EngineName, open_engine
from shapecalc.grading.book.entries import BookEntry, attempts_text, questions_data, rule_from, rule_text, sitting_of
from shapecalc.grading.book.graded import GradedSitting
from shapecalc.grading.book.marking import AttemptRule, Marking, unmarked
from shapecalc.grading.book.papers import Papers
from shapecalc.grading.book.result import Result
from shapecalc.grading.judge import plain_points
from shapecalc.grading.quiz.quiz import Quiz
from shapecalc.grading.quiz.template import QuizTemplate
from shapecalc.grading.submissions.sittings import Sitting, Sittings, open_sittings
from shapecalc.grading.training import RecordedTrainings, Trainer, recorded_trainings
from shapecalc.page import visible

if TYPE_CHECKING:
    from shapecalc.grading.book.database import BookDatabase

#: The most processes.
MAX_WORKERS = 256
#: The quizzes of a book that a message names.
_TITLES = 8

#: Is called with how many students are graded.
Progress = Callable[[int], None]


@final
class Course:
    """A quiz in a gradebook, by the quiz's title.

    Args:
        book: the gradebook.
        quiz: the quiz, as it stands now; where numbers are drawn, its file's content.
    """

    def __init__(self, book: BookDatabase, quiz: Quiz | QuizTemplate) -> None:
        self.book = book
        self.papers = Papers(quiz, book.secret)
        self.quiz = self.papers.quiz
        self.title = visible(self.quiz.title)
        self.hash = self.papers.hash
        self.version = version("shapecalc")

    def grade(
        self,
        answers: Answers,
        rule: AttemptRule,
        *,
        workers: int | None = None,
        engine: str = EngineName.JOBLIB,
        address: str = "",
        progress: Progress | None = None,
        trainer: Trainer | None = None,
    ) -> Sittings:
        """Grade a class into the book, and return how its files were read.

        What is there already, of the same answers, is not graded again: a run that was stopped is completed by another.

        Args:
            answers: what the class handed in.
            rule: what counts of several attempts.
            workers: the processes that mark; by default this one, or one on each processor of Ray's cluster.
            engine: joblib for this machine, ray for the machines of a cluster.
            address: where Ray's cluster is; "" for one that is started here.
            progress: is called with how many students are graded.
            trainer: trains nets, where a question asks for that; it is pickled where there are several processes.

        Raises:
            SpecError: the book has marks from another version of the quiz, or the answers cannot be read.
            ShapecalcError: what marks is not installed or cannot be reached.
        """
        sittings = check_request(self.quiz, answers, workers, engine)
        self.check_version()
        self.record()
        graded = 0
        processes = open_engine(engine, workers, address)
        try:
            for entries in marked_chunks(self.papers, rule, self._missing(sittings, rule), processes, trainer):
                self.book.write(self.title, entries)
                graded += len(entries)
                if progress:
                    progress(graded)
        finally:
            if processes:
                processes.close()
        return sittings

    def check_students(self) -> None:
        """Refuse a quiz of which the book has no marks, while it has some of other quizzes.

        Raises:
            SpecError: so it is; the message names the quizzes that it has.
        """
        titles = self.book.quizzes()
        if titles and self.title not in titles:
            raise SpecError(
                f"The gradebook has no marks of {self.title!r}{did_you_mean(self.title, titles)}; it has those of "
                f"{', '.join(map(repr, titles[:_TITLES]))}. A book knows a quiz by its title: put the former one back, "
                "or grade the class under the new one."
            )

    def record(self) -> None:
        """Keep what this version of the quiz asks."""
        self.book.record_quiz(self.title, self.hash, self.version, questions_data(self.quiz))

    def check_version(self) -> None:
        """Refuse marks from another version of the quiz.

        Raises:
            SpecError: there are some.
        """
        if self.book.hashes(self.title) - {self.hash}:
            raise SpecError(
                f"The gradebook has marks of {self.title!r} from another version of the quiz; see what changes with "
                "shapecalc regrade QUIZ --book BOOK --diff, and leave out --diff to change it."
            )

    def _missing(self, sittings: Sittings, rule: AttemptRule) -> Iterator[Sitting]:
        """The sittings whose marks the book lacks."""
        chunk: list[Sitting] = []
        for sitting in sittings:
            chunk.append(sitting)
            if len(chunk) == CHUNK:
                yield from self._without_present(chunk, rule)
                chunk.clear()
        yield from self._without_present(chunk, rule)

    def _without_present(self, chunk: list[Sitting], rule: AttemptRule) -> list[Sitting]:
        students = [sitting.student for sitting in chunk]
        present = self.book.attempts(self.title, self.hash, students, rule_text(rule))
        ids = [question.id for question in self.quiz.questions]
        return [sitting for sitting in chunk if present.get(sitting.student) != attempts_text(sitting, ids)]

    def graded(self, student: str = "") -> Iterator[GradedSitting]:
        """All students' results, or one student's, in the order of their names.

        Raises:
            SpecError: the marks are from another version of the quiz.
        """
        self.check_version()
        decisions: dict[str, dict[str, list[Decision]]] = {}
        for decision in self.book.decisions(self.title):
            decisions.setdefault(decision.student, {}).setdefault(decision.question, []).append(decision)
        marking = lru_cache(8)(lambda rule: Marking(self.papers, rule))
        for entry in self.book.entries(self.title, student):
            rule = rule_from(json.loads(entry.rule))
            sitting = sitting_of(entry, self.quiz)
            # what a training came to is read in the book, and never found out again
            trainings = recorded_trainings(record.data for record in entry.marks) if self.quiz.needs_training else []
            trained = Marking(self.papers, rule, trainer=RecordedTrainings(trainings)) if trainings else marking(rule)
            result = self._result(entry, sitting, trained)
            decided = standing_decisions(result, decisions.get(entry.student, {}))
            yield GradedSitting(decided_by_hand(result, decided), sitting, rule, decided)

    def _result(self, entry: BookEntry, sitting: Sitting, marking: Marking) -> Result:
        """The result of an entry; answers that ended the process that marked them are not judged here."""
        if not any(DIED in record.content for record in entry.marks):
            return marking.result(sitting)
        return unmarked(self.quiz, sitting, DIED)

    def results(self) -> Iterator[Result]:
        """All students' results, in the order of their names."""
        return (graded.result for graded in self.graded())


def check_request(quiz: Quiz, answers: Answers, workers: int | None, engine: str) -> Sittings:
    """How the files of a class are read; what no gradebook could take is refused, before there is one.

    Raises:
        SpecError: no such engine, a number of processes is none, or the answers are to no question of the quiz.
    """
    if workers is not None and not 1 <= workers <= MAX_WORKERS:
        raise SpecError(f"Workers are 1 to {MAX_WORKERS}, but {workers} are asked for.")
    check_choice("grade", "engine", engine, [*EngineName])
    return open_sittings(answers.tables, quiz, answers.student)


def decide(book: BookDatabase, decision: Decision, quiz: str = "") -> tuple[str, Decision]:
    """Keep what a person decided, and return its quiz, and the decision with the answer that it is on.

    Args:
        book: the gradebook.
        decision: the decision.
        quiz: the quiz's title, where several quizzes of the book have such a question.

    Raises:
        SpecError: there is no such quiz, student or question, or the points are not between none and all.
    """
    titles = book.quizzes()
    if quiz and quiz not in titles:
        raise SpecError(f"The gradebook has no quiz {quiz!r}{did_you_mean(quiz, titles)}.")
    questions = {title: book.questions(title) for title in ([quiz] if quiz else titles)}
    holding = [title for title, of_quiz in questions.items() if decision.question in of_quiz]
    if not holding:
        ids = [name for of_quiz in questions.values() for name in of_quiz]
        hint = did_you_mean(decision.question, ids) or (f"; the questions are {', '.join(ids[:20])}" if ids else "")
        raise SpecError(f"The gradebook has no question {decision.question!r}{hint}.")
    if len(holding) > 1:
        raise SpecError(f"Several quizzes have a question {decision.question}; name one: --quiz {holding[0]!r}.")
    title = holding[0]
    entry = next(book.entries(title, decision.student), None) if decision.student else None
    if entry is None:
        students = [entry.student for entry in book.entries(title)]
        raise SpecError(f"{title!r} has no student {decision.student!r}{did_you_mean(decision.student, students)}.")
    worth = Fraction(questions[title][decision.question]["points"])
    if not 0 <= decision.points <= worth:
        raise SpecError(
            f"{decision.question} is worth {plain_points(worth)}, and {plain_points(decision.points)} is not from 0 to "
            "that."
        )
    if not decision.because.strip() or len(decision.because) > MAX_REASON:
        raise SpecError(f"A decision needs a reason, of at most {MAX_REASON:,} characters.")
    answers = {record.question: record.data["answer"] for record in entry.marks}
    decision = decision._replace(answer=answers.get(decision.question, ""))
    book.decide(title, decision)
    return title, decision
