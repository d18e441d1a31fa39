"""Exports: a quiz in the format of a place, and what that format cannot say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, final

from shapecalc.errors import SpecError, did_you_mean
from shapecalc.formats.writing import write_atomically
from shapecalc.grading.exchange.abilities import Shortcoming
from shapecalc.grading.exchange.aiken import AikenFormat
from shapecalc.grading.exchange.bank import QuizBank
from shapecalc.grading.exchange.canvas import CanvasFormat
from shapecalc.grading.exchange.format import ExchangeFormat, WrittenFiles
from shapecalc.grading.exchange.gift import GiftFormat
from shapecalc.grading.exchange.gradescope import GradescopeFormat
from shapecalc.grading.exchange.moodle import MoodleFormat
from shapecalc.grading.exchange.nbgrader import NbgraderFormat
from shapecalc.grading.exchange.needs import shortcomings_of
from shapecalc.grading.exchange.otter import OtterFormat
from shapecalc.grading.exchange.paper import PaperFormat
from shapecalc.grading.exchange.pdf import PdfFormat
from shapecalc.grading.exchange.qti import Qti21Format
from shapecalc.grading.exchange.qti3 import Qti3Format
from shapecalc.grading.layout import laid_out
from shapecalc.grading.quiz.template import QuizTemplate
from shapecalc.page import Block, Lines, Page, Presentable

#: Every format by the name that ``--to`` takes.
FORMATS: Mapping[str, ExchangeFormat] = MappingProxyType(
    {
        form.name: form
        for form in (
            MoodleFormat(),
            GiftFormat(),
            CanvasFormat(),
            Qti21Format(),
            Qti3Format(),
            AikenFormat(),
            PaperFormat(),
            PdfFormat(),
            GradescopeFormat(),
            NbgraderFormat(),
            OtterFormat(),
        )
    }
)


@final
@dataclass(frozen=True, slots=True)
class QuizExport(Presentable):
    """A quiz in the format of a place.

    Attributes:
        bank: the quiz with its variants.
        form: the format.
        files: what is written.
        shortcomings: what the format cannot say of it.
    """

    bank: QuizBank
    form: ExchangeFormat
    files: WrittenFiles
    shortcomings: tuple[Shortcoming, ...]

    @property
    def is_complete(self) -> bool:
        """Whether answers that are written as the questions ask are marked there as here, with the same words."""
        return all(shortcoming.is_notation for shortcoming in self.shortcomings)

    def save(self, path: Path) -> tuple[Path, ...]:
        """Write the file, and those beside it, and return where they are.

        Raises:
            ShapecalcError: one cannot be written.
        """
        paths = [path, *(path.with_name(f"{path.stem}{ending}{path.suffix}") for ending, _ in self.files.beside)]
        contents = [self.files.content, *(content for _, content in self.files.beside)]
        for place, content in zip(paths, contents, strict=True):
            write_atomically(place, content)
        return tuple(paths)

    def page(self) -> Page:
        """What the format cannot say, with the consequences, and what is still to do."""
        pools = self.bank.pools
        summary = (
            f"{self.bank.title}, as {self.form.title}: {len(pools)} question{'s' * (len(pools) != 1)}, "
            f"{self.form.amount(self.bank)}"
        )
        notes = [(shortcoming.code, shortcoming.words()) for shortcoming in self.shortcomings]
        blocks: list[Block] = [Lines((summary, *filter(None, [self.form.afterwards])))]
        if notes:
            margin = max(len(code) for code, _ in notes) + 2
            blocks.append(laid_out(notes, f"What {self.form.title} cannot say of it", margin=margin))
        return Page(tuple(blocks))

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "title": self.bank.title,
            "format": self.form.name,
            "questions": [{"id": pool.id, "variants": len(pool.entries)} for pool in self.bank.pools],
            "shortcomings": [shortcoming.as_dict() for shortcoming in self.shortcomings],
            "complete": self.is_complete,
            "afterwards": self.form.afterwards,
        }


def export_quiz(template: QuizTemplate, to: str, *, variants: int = 30, wheels: Path | None = None) -> QuizExport:
    """A quiz in the format of a place.

    Args:
        template: the quiz.
        to: the format, by its name in :data:`FORMATS`.
        variants: the most variants of each question.
        wheels: the folder of the packages that an autograder is installed from; by default, those installed here.

    Raises:
        SpecError: there is no such format, the file is not a quiz, or a variant cannot be made.
    """
    if to not in FORMATS:
        raise SpecError(f"There is no format {to}{did_you_mean(to, FORMATS)}; it may be {', '.join(FORMATS)}.")
    bank, form = QuizBank(template, variants), FORMATS[to]
    if wheels is not None:
        if not isinstance(form, GradescopeFormat):
            raise SpecError(f"Wheels are for an autograder, --to gradescope; {form.title} has none.")
        form = GradescopeFormat(wheels)
    files = form.write(bank)
    return QuizExport(bank, form, files, (*shortcomings_of(bank, form), *files.shortcomings))
