"""The page of what each format of exchange carries, written from the formats themselves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from shapecalc.grading.exchange.abilities import Ability
from shapecalc.grading.exchange.export import FORMATS

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "exchange.md"

_HEAD = """\
<!-- Written by python -m tests.tools.refresh_docs from the formats of shapecalc/grading/exchange. -->

# Exchange

`shapecalc quiz export QUIZ --to FORMAT -o FILE` writes a quiz for the place where it is asked, `shapecalc quiz import
FILE -o QUIZ` makes a draft of such a place's file. See [a quiz in Moodle](../how-to/quiz-in-moodle.md), [in
Canvas](../how-to/quiz-in-canvas.md), and [GIFT and Aiken](../how-to/gift-and-aiken.md).

Each question becomes a bank of its variants, at most `--variants` of them (30), with the numbers of the seeds 1, 2,
3, ... where there are more. Its key stands first; behind it are the wrong numbers that [mistakes](mistakes.md) give,
each with what is said of it; how the key comes about is feedback for all. All of it is asked of the same key and the
same judge that `grade` has. The same quiz gives the same bytes.

What a format cannot say is listed, with the consequence and the questions that it is about; `--strict` then writes
nothing, with status 1. Only what is called *notations* below does not count there: an answer that is written as the
exported question asks is marked as here.

A whole number from 10,000,000,000,000 on, and a fraction without a last decimal, is asked for as a text: no digit is
lost. A formula, a layer, a network and a kernel are judged here by what they do, which no place can: a person marks
them there, with the key beside. For an argument, the whole numbers to 64 are tried, and every right one is accepted.

## What each format carries

"""
_TAIL = """
## What is read

| file | what becomes of its questions |
| --- | --- |
| Moodle XML | `numerical`: integer, number or expression; `shortanswer`: text; `multichoice` `truefalse`: a choice |
| GIFT | the same |
| QTI 1.2, as Canvas has it, XML or ZIP | numbers, texts and choices whose conditions set a score |
| QTI 2.1, XML or ZIP | one `textEntryInteraction` or `choiceInteraction` each |

Keys stay as they were typed there: the draft has no network from which they follow, and so no mistakes with names.
Every question of a draft can be asked; one that cannot be is left out. What could not be read stands in front of the
draft: words for wrong answers, patterns, parts of the points, pictures, units, questions of other kinds. Text is kept
without its markup; scripts are left out. A file has at most 10,000,000 bytes; entities are refused.
"""


def page() -> str:
    """The page."""
    return _HEAD + "\n".join(_table()) + "\n" + "\n".join(_consequences()) + "\n" + _TAIL


def _table() -> Iterator[str]:
    yield f"| | {' | '.join(f'`{name}`' for name in FORMATS)} |"
    yield f"| --- |{' :-: |' * len(FORMATS)}"
    for ability in Ability:
        marks = ["–" if ability in form.lacks else "✓" for form in FORMATS.values()]
        yield f"| {ability} | {' | '.join(marks)} |"


def _consequences() -> Iterator[str]:
    for name, form in FORMATS.items():
        if form.lacks:
            yield f"\n### What `{name}` lacks\n\n{form.title}. {form.afterwards}\n"
            yield "| | what that means |\n| --- | --- |"
            yield from (f"| {ability} | {consequence} |" for ability, consequence in form.lacks.items())
