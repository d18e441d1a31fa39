"""Papers as Chromium prints them: the text that a reader of PDF finds in them, and the same bytes twice."""

from __future__ import annotations

from io import BytesIO
from unicodedata import normalize

import pytest

from shapecalc.grading import load_template
from shapecalc.grading.exchange.bank import QuizBank
from shapecalc.grading.exchange.export import FORMATS

pytestmark = pytest.mark.service("chromium")


def text(content: bytes) -> str:
    """The text of a PDF, without blanks, which a reader guesses, and ligatures."""
    reader = pytest.importorskip("pypdf", reason="make services installs it").PdfReader(BytesIO(content))
    extracted = "".join(page.extract_text() for page in reader.pages)
    return "".join(normalize("NFKC", extracted).split())  # ligatures too


def test_what_a_paper_says():
    """Each code in all three files; keys and mistakes in theirs alone; the date is fixed."""
    bank = QuizBank(load_template("quiz:one-layer"), 2)
    files, again = (FORMATS["pdf"].write(bank) for _ in range(2))
    assert files == again
    assert b"(D:19800101000000" in files.content
    papers, keys, mistakes = text(files.content), *(text(content) for _, content in files.beside)
    for said in (papers, keys, mistakes):
        assert all(f"code{int(seed):03}" in said for seed, _ in bank.papers)
    for _, quiz in bank.papers:
        assert all("".join(question.text.split()[:6]) in papers for question in quiz.questions)
    assert ("Key:" in keys, "Key:" in papers, "Youleftoutthe+1" in mistakes) == (True, False, True)
    assert "Youleftout" not in papers + keys
