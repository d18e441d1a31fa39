"""What lint says of a quiz, as data and as a page."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, final

from shapecalc.grading.layout import laid_out
from shapecalc.page import Block, Column, Lines, Page, Presentable, Table, visible

#: The most numbers of a question that its matrix shows.
_ROWS = 12


class Severity(StrEnum):
    """How much a remark matters."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@final
@dataclass(frozen=True, slots=True)
class QuizRemark:
    """One thing that lint says.

    Attributes:
        question: the question that it is about; "" for the whole quiz.
        code: what kind of thing it is: hidden-mistake, ...
        severity: how much it matters.
        message: the remark, with the numbers.
    """

    question: str
    code: str
    severity: Severity
    message: str

    @property
    def text(self) -> str:
        """It as a person reads it."""
        return f"{self.severity} {self.code}: {visible(self.message)}"

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "question": self.question,
            "code": self.code,
            "severity": str(self.severity),
            "message": visible(self.message),
        }


@final
@dataclass(frozen=True, slots=True)
class QuestionReport:
    """What was found out about one question.

    Attributes:
        id: the question.
        variants: how many of its variants were looked at.
        is_all: whether these are all there are.
        operations: how many arithmetic operations lead to the key, on average; None where it is not worked out.
        matrix: for the first variant, each wrong number with the mistakes that give it.
    """

    id: str
    variants: int
    is_all: bool
    operations: float | None
    matrix: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def difficulty(self) -> str:
        """A word for the number of operations: up to 2 are easy, up to 8 medium; "" where there is none to count."""
        if self.operations is None:
            return ""
        return "easy" if self.operations <= 2 else "medium" if self.operations <= 8 else "hard"

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "question": self.id,
            "variants": self.variants,
            "all": self.is_all,
            "operations": None if self.operations is None else round(self.operations, 1),
            "difficulty": self.difficulty,
            "matrix": [{"value": value, "mistakes": list(names)} for value, names in self.matrix],
        }


@final
@dataclass(frozen=True, slots=True)
class QuizReport(Presentable):
    """What lint says of a quiz.

    Attributes:
        title: what the quiz is called.
        questions: each question that could be looked at.
        remarks: what a teacher should know, errors first.
        seeds: the seeds whose variants tell mistakes apart best, the best first; () where nothing is drawn.
    """

    title: str
    questions: tuple[QuestionReport, ...]
    remarks: tuple[QuizRemark, ...]
    seeds: tuple[str, ...] = ()

    @property
    def is_fine(self) -> bool:
        """Whether there is no error."""
        return not any(remark.severity is Severity.ERROR for remark in self.remarks)

    def page(self) -> Page:
        rows = tuple((each.id, _variants(each), *_difficulty(each)) for each in self.questions)
        columns = (Column("question"), Column("variants"), Column("operations", "right"), Column("difficulty"))
        counts = {severity: sum(remark.severity is severity for remark in self.remarks) for severity in Severity}
        words = ", ".join(f"{count} {severity}{'' if count == 1 else 's'}" for severity, count in counts.items())
        blocks: list[Block] = [Lines((f"{visible(self.title)}: {words}",)), Table(columns, rows)]
        if self.remarks:
            notes = [
                (remark.question, f"{remark.severity} {remark.code}: {visible(remark.message)}")
                for remark in self.remarks
            ]
            margin = max(len(name) for name, _ in notes) + 2
            blocks.append(laid_out(notes, "Remarks", margin=margin))
        if self.seeds:
            blocks.append(Lines((f"Seeds that tell mistakes apart best: {', '.join(self.seeds)}.",)))
        return Page(tuple(blocks))

    def matrix(self) -> Page:
        """The page with a table for each question: wrong numbers, and the mistakes that give them."""
        blocks = [*self.page().blocks]
        for each in self.questions:
            if each.matrix:
                rows = tuple((value, ", ".join(names)) for value, names in each.matrix[:_ROWS])
                columns = (Column("number", "right"), Column("mistakes", least=30))
                blocks += [Lines((each.id,)), Table(columns, rows)]
                if len(each.matrix) > _ROWS:
                    blocks.append(Lines((f"and {len(each.matrix) - _ROWS} other numbers",)))
        return Page(tuple(blocks))

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "title": visible(self.title),
            "fine": self.is_fine,
            "questions": [each.as_dict() for each in self.questions],
            "remarks": [remark.as_dict() for remark in self.remarks],
            "seeds": list(self.seeds),
        }


def _variants(report: QuestionReport) -> str:
    return f"{report.variants:,}" if report.is_all else f"{report.variants:,} drawn"


def _difficulty(report: QuestionReport) -> tuple[str, str]:
    return ("-", "-") if report.operations is None else (f"{report.operations:.3g}", report.difficulty)
