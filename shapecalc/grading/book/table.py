"""A gradebook as a page of text for a terminal, and as CSV for a spreadsheet."""

from __future__ import annotations

import csv
import io
from textwrap import wrap
from typing import TYPE_CHECKING

from shapecalc.grading.judge import Mark, Verdict, plain_points
from shapecalc.grading.visible import cell, visible

if TYPE_CHECKING:
    from shapecalc.grading.book.gradebook import Gradebook, Result

#: The widest line, and the most of a student's own text in one place.
WIDTH = 80
NAME = 28
ANSWER = 32
#: A space at which no line is broken, until the lines are made.
_FIXED = "\u00a0"

#: What the columns of counts are called: what was not understood is work for a person.
_COUNTS = {
    Verdict.RIGHT: "right",
    Verdict.PARTLY: "partly",
    Verdict.WRONG: "wrong",
    Verdict.BLANK: "blank",
    Verdict.NOT_UNDERSTOOD: "to look at",
}


def gradebook_text(book: Gradebook) -> str:
    """Who got what, then what was not right and why, then the keys and where they come from."""
    parts = [_title(book), _summary(book), *_students(book), _keys(book)]
    return "\n\n".join(part for part in parts if part)


def _title(book: Gradebook) -> str:
    many = [(len(book.results), "student"), (len(book.quiz.questions), "question"), (book.out_of, "point")]
    counted = ", ".join(f"{float(number):g} {word}{'' if number == 1 else 's'}" for number, word in many)
    return f"{visible(book.quiz.title)}: {counted}"


def _summary(book: Gradebook) -> str:
    from tabulate import tabulate  # only a table needs it

    verdicts = [verdict for verdict in Verdict if any(result.count(verdict) for result in book.results)]
    rows = [
        [visible(result.student, NAME), _points(result), *(result.count(verdict) or "" for verdict in verdicts)]
        for result in book.results
    ]
    headers = ["student", f"of {plain_points(book.out_of)}", *(_COUNTS[verdict] for verdict in verdicts)]
    align = ["left", *["right"] * (1 + len(verdicts))]
    return str(tabulate(rows, headers, tablefmt="simple", colalign=align if rows else None, disable_numparse=True))


def _points(result: Result) -> str:
    points = f"{float(result.points):g}"
    return f"{points} +{float(result.undecided):g}?" if result.undecided else points


def _students(book: Gradebook) -> list[str]:
    names = max(len(question.id) for question in book.quiz.questions)
    found: list[str] = []
    for result in book.results:
        lines = [line for mark in result.marks for line in _mark(mark, names)]
        blank = [mark.question.id for mark in result.marks if mark.verdict is Verdict.BLANK]
        if blank:
            lines += _hanging(f"  {'blank':<{names}}  ", ", ".join(blank))
        if lines:
            found.append("\n".join([visible(result.student, NAME), *lines]))
    return found


def _mark(mark: Mark, names: int) -> list[str]:
    """Why one answer is not simply right: what was written, what was expected, what went wrong."""
    if mark.verdict in (Verdict.RIGHT, Verdict.BLANK):
        return []
    answer = visible(mark.answer.strip(), ANSWER)
    key = mark.question.shown(mark.question.key)
    if mark.verdict is Verdict.NOT_UNDERSTOOD:
        said = f"not understood, look by hand: {answer} ({mark.note})"
    else:
        got = f" ({float(mark.points):g} of {float(mark.question.points):g})" if mark.points else ""
        answer += f" = {mark.read}" if mark.question.kind == "expression" and answer != str(mark.read) else ""
        said = f"{mark.verdict}{got}: {answer}; the key is {key}" + (f" ({mark.note})" if mark.note else "")
    return _hanging(f"  {mark.question.id:<{names}}  ", said)


def _keys(book: Gradebook) -> str:
    names = max(len(question.id) for question in book.quiz.questions)
    lines = ["The keys, and where they come from"]
    for question in book.quiz.questions:
        right = book.count(question, Verdict.RIGHT)
        shown = f"{question.shown(question.key)} ({right} of {len(book.results)} right)"
        lines += _hanging(f"  {question.id:<{names}}  ", shown)
        if right < len(book.results):  # what everybody knows needs no reason
            for step in question.derivation.split("; "):
                lines += _hanging(f"  {'':<{names}}  ", _unbroken(step))
    return "\n".join(lines)


def _unbroken(step: str) -> str:
    """A step that is broken into lines only between its sides, at an equals sign."""
    sides = [side.replace(" ", _FIXED) for side in step.split(" = ")]
    return f" ={_FIXED}".join(sides)


def _hanging(start: str, text: str) -> list[str]:
    """Lines of at most WIDTH characters, the first one behind ``start``, the others below its end."""
    indent = " " * len(start) + "  "
    lines = wrap(text, WIDTH, initial_indent=start, subsequent_indent=indent, break_on_hyphens=False)
    return [line.replace(_FIXED, " ") for line in lines]


def gradebook_csv(book: Gradebook) -> str:
    """One row for each student; the points of an answer that was not understood are left for a person to fill in."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["student", "points", "out of", *Verdict, *(cell(question.id) for question in book.quiz.questions)])
    for result in book.results:
        points = ["" if mark.verdict is Verdict.NOT_UNDERSTOOD else plain_points(mark.points) for mark in result.marks]
        counts = [result.count(verdict) for verdict in Verdict]
        writer.writerow(
            [cell(result.student), plain_points(result.points), plain_points(book.out_of), *counts, *points]
        )
    return out.getvalue()
