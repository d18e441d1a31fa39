"""How Moodle reads Aiken: lines of options and a line of the answer; any other line begins a question."""

from __future__ import annotations

import re
from dataclasses import dataclass, field


@dataclass
class AikenQuestion:
    """A question with its options, one of them right."""

    text: str
    options: list[str] = field(default_factory=list)
    right: int = -1


def read_aiken(text: str) -> list[AikenQuestion]:
    """The questions of a file; a question that is not complete is an error."""
    questions: list[AikenQuestion] = []
    question: AikenQuestion | None = None
    for line in map(str.strip, text.splitlines()):
        if len(line) < 2:
            continue
        if re.match(r"[A-Z][).][ \t]?", line):
            assert question, f"an option outside of a question: {line}"
            question.options.append(line[2:].strip())
        elif line.startswith("ANSWER:"):
            assert question, f"an answer outside of a question: {line}"
            assert len(question.options) >= 2, f"fewer than two options: {question.text}"
            question.right = ord(line.partition(":")[2].strip()[0]) - ord("A")
            questions.append(question)
            question = None
        else:
            assert question is None, f"a question that does not end: {line}"
            question = AikenQuestion(line)
    assert question is None
    return questions
