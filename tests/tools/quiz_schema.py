"""docs/reference/quiz.schema.json: the JSON Schema of a quiz, from the models that read one."""

from __future__ import annotations

from shapecalc.grading.quiz.document.quiz import schema_text
from tests.tools.pages import ROOT

PAGE = ROOT / "docs" / "reference" / "quiz.schema.json"


def page() -> str:
    """The schema as it should be."""
    return schema_text()
