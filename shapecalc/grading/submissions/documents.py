"""Answers as JSON, YAML or lines of JSON: a mapping for each student, or one from students to their answers."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from shapecalc.errors import SpecError
from shapecalc.formats.document.files import from_json, from_yaml
from shapecalc.formats.text.files import open_regular, read_text
from shapecalc.grading.submissions.delimited import MAX_LINE
from shapecalc.grading.submissions.table import MAX_COLUMNS, AnswerRow, AnswerTable, Unreadable, cell_text

#: The column that a mapping from students to answers makes.
STUDENT = "student"
#: The key under which a student's answers may stand.
_ANSWERS = "answers"

#: A submission and its place, or what is wrong with it.
Entry = tuple[str, dict[str, str]] | Unreadable


def read_document(path: Path) -> AnswerTable:
    """The table in a YAML or JSON file."""
    text = read_text(path)
    data = from_json(text, str(path)) if path.suffix.lower() == ".json" else from_yaml(text, str(path))
    if isinstance(data, dict) and set(data) == {"students"}:
        data = data["students"]
    return table_of(str(path), list(_entries(data, str(path))))


def read_json_lines(path: Path) -> AnswerTable:
    """The table in a file with a JSON object on each line; the file is read twice, and never held whole."""
    return keyed(str(path), lambda: _lines(path))


def table_of(source: str, entries: list[Entry]) -> AnswerTable:
    """A table of submissions whose columns are the keys of all of them."""
    return keyed(source, lambda: iter(entries))


def keyed(source: str, entries: Callable[[], Iterator[Entry]]) -> AnswerTable:
    """A table of submissions that can be read as often as one likes.

    Raises:
        SpecError: they have too many keys, or there are none.
    """
    header: dict[str, None] = {}
    for entry in entries():
        if not isinstance(entry, Unreadable):
            header.update(dict.fromkeys(entry[1]))
            if len(header) > MAX_COLUMNS:
                raise SpecError(f"{source}: there are more than {MAX_COLUMNS} columns.")
    columns = tuple(header)

    def rows() -> Iterator[AnswerRow | Unreadable]:
        for entry in entries():
            if isinstance(entry, Unreadable):
                yield entry
            else:
                place, answers = entry
                yield AnswerRow(place, [answers.get(name, "") for name in columns])

    return AnswerTable(source, columns, rows, student=STUDENT if STUDENT in header else "")


def answers_in(data: Any) -> dict[str, str]:
    """A mapping from questions to answers as texts.

    Raises:
        ValueError: it is no mapping, or a value is no answer.
    """
    if not isinstance(data, dict):
        raise ValueError("expected keys with their answers")  # noqa: TRY004  what a file holds is no type of ours
    inner = data.get(_ANSWERS)
    if isinstance(inner, dict):
        data = {**{key: value for key, value in data.items() if key != _ANSWERS}, **inner}
    return {str(key).strip(): _cell(key, value) for key, value in data.items()}


def _cell(key: object, value: Any) -> str:
    try:
        return cell_text(value)
    except ValueError as refused:
        raise ValueError(f"{str(key)[:40]}: {refused}") from None


def _entries(data: Any, source: str) -> Iterator[Entry]:
    if isinstance(data, dict):
        for student, answers in data.items():
            yield _entry(f"student {str(student)[:40]}", answers, {STUDENT: str(student)})
    elif isinstance(data, list):
        for number, answers in enumerate(data, 1):
            yield _entry(f"entry {number}", answers, {})
    else:
        raise SpecError(f"{source}: expected a list of submissions, or students with their answers.")


def _entry(place: str, data: Any, student: Mapping[str, str]) -> Entry:
    try:
        return place, {**student, **answers_in(data)}
    except ValueError as refused:
        return Unreadable(place, str(refused))


def _lines(path: Path) -> Iterator[Entry]:
    try:
        file = open_regular(path)
    except OSError as refused:
        raise SpecError(f"Cannot read {path}: {refused.strerror or refused}.") from None
    with closing(io.BufferedReader(file)) as stream:  # type: ignore[type-var]
        yield from _objects(iter(lambda: stream.readline(MAX_LINE), b""))


def _objects(lines: Iterable[bytes]) -> Iterator[Entry]:
    """The submissions on lines of at most so many bytes; the pieces of a longer one are one that cannot be read."""
    is_piece = False
    number = 0
    for line in lines:
        was_piece, is_piece = is_piece, not line.endswith(b"\n") and len(line) == MAX_LINE
        number += not was_piece
        place = f"line {number}"
        if is_piece and not was_piece:
            yield Unreadable(place, f"it has more than {MAX_LINE:,} bytes")
        if is_piece or was_piece or not line.strip():
            continue
        try:
            yield _entry(place, json.loads(line.decode("utf-8-sig")), {})
        except (ValueError, RecursionError) as refused:  # not UTF-8, not JSON, a number of thousands of digits
            reason = refused.msg if isinstance(refused, json.JSONDecodeError) else "this is not JSON in UTF-8"
            yield Unreadable(place, reason)
