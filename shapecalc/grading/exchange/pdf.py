"""PDF: the pages of paper, printed by Chromium."""

from __future__ import annotations

from types import MappingProxyType
from typing import final

from shapecalc.drawing.browser import printed_pdf
from shapecalc.grading.exchange.bank import QuizBank
from shapecalc.grading.exchange.format import ExchangeFormat, WrittenFiles
from shapecalc.grading.exchange.paper import PaperFormat, paper_amount


@final
class PdfFormat(ExchangeFormat):
    """The same pages as those of HTML, ready for a printer."""

    name = "pdf"
    title = "paper (PDF)"
    ending = ".pdf"
    lacks = MappingProxyType({})
    afterwards = PaperFormat.afterwards

    def amount(self, bank: QuizBank) -> str:
        return paper_amount(bank)

    def write(self, bank: QuizBank) -> WrittenFiles:
        """The papers, the keys and the named mistakes, each a PDF.

        Raises:
            SpecError: a variant of the quiz cannot be made.
            ShapecalcError: Chromium is not installed, or makes no PDF.
        """
        pages = PaperFormat().write(bank)
        return WrittenFiles(
            printed_pdf(pages.content), tuple((ending, printed_pdf(html)) for ending, html in pages.beside)
        )
