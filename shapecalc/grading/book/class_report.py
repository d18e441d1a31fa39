"""What a class can and cannot do: its points, each question's difficulty, and the wrong answers with their causes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt
from typing import Any, NamedTuple, final

from shapecalc.grading.book.result import Result
from shapecalc.grading.judge import Mark, Verdict, plain_points
from shapecalc.grading.layout import laid_out
from shapecalc.grading.quiz.question import Question
from shapecalc.grading.quiz.quiz import Quiz
from shapecalc.grading.quiz.shuffling import in_file_order
from shapecalc.page import Column, Lines, Notes, Page, Presentable, Table, visible

#: The different wrong answers of a question that are counted; those behind are counted together.
MAX_WRONG = 10_000
#: The wrong answers of a question on the page, and the width of one.
_LISTED, _ANSWER = 5, 24
#: The names of mistakes on the page, of which one was made.
_NAMES = 2


@final
class WrongAnswer(NamedTuple):
    """An answer that was wrong.

    Attributes:
        answer: what it was read as, or as it was written.
        students: how many gave it.
        cause: what explains it, or "".
    """

    answer: str
    students: int
    cause: str


@final
@dataclass(frozen=True, slots=True)
class QuestionStatistics:
    """How a class did on a question.

    Attributes:
        question: the question.
        counts: how many students got each verdict.
        difficulty: the mean part of the points, from 0 (nobody) to 1 (everybody); None where nothing was decided.
        discrimination: the correlation with the points of all other questions; None where all are equal.
        wrong: the wrong answers, the most frequent first.
        causes: how many students each cause explains, the most frequent first.
    """

    question: Question
    counts: dict[Verdict, int]
    difficulty: float | None
    discrimination: float | None
    wrong: tuple[WrongAnswer, ...]
    causes: tuple[tuple[str, int], ...]

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "question": self.question.id,
            "difficulty": self.difficulty,
            "discrimination": self.discrimination,
            **{verdict.key: count for verdict, count in self.counts.items()},
            "wrong_answers": [
                {"answer": wrong.answer, "count": wrong.students, "cause": wrong.cause} for wrong in self.wrong
            ],
            "causes": [{"cause": cause, "count": count} for cause, count in self.causes],
        }


@final
@dataclass(frozen=True, slots=True)
class ClassReport(Presentable):
    """How a class did on a quiz.

    Attributes:
        quiz: the quiz.
        students: how many there are.
        mean: the mean of their points; None without students.
        spread: the standard deviation of their points.
        questions: how they did on each question.
    """

    quiz: Quiz
    students: int
    mean: float | None
    spread: float | None
    questions: tuple[QuestionStatistics, ...]

    def page(self) -> Page:
        out_of = plain_points(self.quiz.points)
        title = f"{visible(self.quiz.title)}: {self.students:,} student{'s' * (self.students != 1)}"
        points = "" if self.mean is None else f", mean {self.mean:g} of {out_of}, spread {self.spread:g}"
        return Page((Lines((title + points,)), self._table(), *self._wrong()))

    def _table(self) -> Table:
        titles = ("right", "partly", "wrong", "blank", "to look at", "difficulty", "discrimination")
        columns = (Column("question"), *(Column(title, "right") for title in titles))
        return Table(columns, tuple([self._row(statistics) for statistics in self.questions]))

    def _row(self, statistics: QuestionStatistics) -> tuple[str, ...]:
        counts = statistics.counts
        by_hand = counts[Verdict.NOT_UNDERSTOOD] + counts[Verdict.LOOK_BY_HAND]
        numbers = (
            *(counts[verdict] for verdict in (Verdict.RIGHT, Verdict.PARTLY, Verdict.WRONG, Verdict.BLANK)),
            by_hand,
        )
        measures = (statistics.difficulty, statistics.discrimination)
        texts = ["" if measure is None else f"{measure:.2f}" for measure in measures]
        return (statistics.question.id, *(str(number or "") for number in numbers), *texts)

    def _wrong(self) -> Iterable[Notes]:
        for statistics in self.questions:
            notes = [(f"{count / self.students:.0%}", _shortened(name)) for name, count in statistics.causes[:_LISTED]]
            notes += [
                (f"{wrong.students:,} ×", f"{visible(wrong.answer, _ANSWER)}{wrong.cause and f': {wrong.cause}'}")
                for wrong in statistics.wrong[:_LISTED]
            ]
            uncounted = len(statistics.wrong) - _LISTED
            if notes:
                if uncounted > 0:
                    notes.append(("", f"and {uncounted:,} other wrong answer{'s' * (uncounted > 1)}"))
                yield laid_out(notes, f"{statistics.question.id}: wrong answers and their causes", margin=8)

    def as_dict(self) -> dict[str, Any]:
        """For JSON: how many students, their points, and each question."""
        return {
            "title": visible(self.quiz.title),
            "students": self.students,
            "out_of": plain_points(self.quiz.points),
            "mean": self.mean,
            "spread": self.spread,
            "questions": [statistics.as_dict() for statistics in self.questions],
        }


def _shortened(name: str) -> str:
    """The names of several mistakes, of which one was made, the simplest first."""
    names = name.split(" or ")
    count = len(names) - _NAMES
    return name if count <= 0 else f"{' or '.join(names[:_NAMES])} or {count} other mistake{'s' * (count > 1)}"


def class_report(quiz: Quiz, results: Iterable[Result]) -> ClassReport:
    """How a class did; the results are read once, and none is kept."""
    tallies = [_Tally(question) for question in quiz.questions]
    total = _Moments()
    for result in results:
        points = [float(mark.points) for mark in result.marks]
        total_points = float(result.points)
        total.add(total_points, total_points)
        for tally, mark, earned in zip(tallies, result.marks, points, strict=True):
            tally.add(mark, earned, total_points - earned)
    mean = total.mean if total.count else None
    spread = round(sqrt(total.variance), 4) if total.count else None
    statistics = tuple([tally.statistics() for tally in tallies])
    return ClassReport(quiz, total.count, None if mean is None else round(mean, 4), spread, statistics)


@final
class _Moments:
    """The sums from which the mean, the variance and the correlation of two numbers follow."""

    def __init__(self) -> None:
        self.count = 0
        self.sums = [0.0] * 5

    def add(self, first: float, second: float) -> None:
        """Count a pair of numbers."""
        self.count += 1
        for at, term in enumerate((first, second, first * first, second * second, first * second)):
            self.sums[at] += term

    @property
    def mean(self) -> float:
        return self.sums[0] / self.count

    @property
    def variance(self) -> float:
        return max(0.0, self.sums[2] / self.count - self.mean**2)

    @property
    def correlation(self) -> float | None:
        """The correlation of both; None where one of them never changes."""
        first, second, squares, other_squares, products = (term / self.count for term in self.sums)
        variances = (squares - first * first) * (other_squares - second * second)
        return round((products - first * second) / sqrt(variances), 4) if variances > 1e-9 else None


@final
class _Tally:
    """Counts the marks of a question."""

    def __init__(self, question: Question) -> None:
        self.question = question
        self.counts = dict.fromkeys(Verdict, 0)
        self.moments = _Moments()
        self.wrong: Counter[tuple[str, str, str]] = Counter()
        self._explained: dict[int, tuple[Mark, tuple[str, str, str]]] = {}

    def add(self, mark: Mark, points: float, remaining: float) -> None:
        """Count a mark, beside the points of the student's other marks."""
        self.counts[mark.verdict] += 1
        if not mark.verdict.is_undecided:
            self.moments.add(points, remaining)
        if mark.verdict is Verdict.WRONG:
            self.wrong[self._explanation(mark)] += 1

    def _explanation(self, mark: Mark) -> tuple[str, str, str]:
        """What a wrong answer was read as, its cause, and the name of the cause; of equal marks it is found once."""
        entry = self._explained.get(id(mark))
        if entry is None:
            whole, mark = mark, in_file_order(mark)
            text = mark.question.answer.echo(mark.value) if mark.value is not None else mark.answer.strip()
            explanation = (visible(text, 60), *_cause(mark))
            if explanation not in self.wrong and len(self.wrong) >= MAX_WRONG:
                explanation = ("other answers", "", explanation[2])
            if len(self._explained) >= MAX_WRONG:
                self._explained.clear()
            # the mark is kept beside, so that no later one has its identity
            entry = self._explained[id(whole)] = whole, explanation
        return entry[1]

    def statistics(self) -> QuestionStatistics:
        """What was counted."""
        ordered = sorted(self.wrong.items(), key=lambda item: (-item[1], item[0]))
        causes: Counter[str] = Counter()
        for (_, _, name), count in ordered:
            causes[name] += count
        del causes[""]
        worth = float(self.question.points)
        has_points = bool(self.moments.count and worth)
        return QuestionStatistics(
            self.question,
            self.counts,
            round(self.moments.mean / worth, 4) if has_points else None,
            self.moments.correlation if self.moments.count else None,
            tuple([WrongAnswer(text, count, cause) for (text, cause, _), count in ordered]),
            tuple(sorted(causes.items(), key=lambda item: (-item[1], item[0]))),
        )


def _cause(mark: Mark) -> tuple[str, str]:
    """What explains a wrong answer: a mistake or a remark, in words, and by a name that is the same in all variants."""
    mistakes = mark.as_dict(derivation="-").get("mistakes") or ()
    if not mistakes:
        return mark.note, mark.note
    pairs = (" and ".join(str(edit["name"]) for edit in mistake["edits"]) for mistake in mistakes)
    return visible(str(mistakes[0]["says"])), " or ".join(dict.fromkeys(pairs))
