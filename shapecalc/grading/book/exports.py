"""The gradebook as a file: a row for each student, as CSV, XLSX or Parquet, or an object of JSON on each line.

Each is written while the results are read, so that none of a large class is held. The only module that knows openpyxl
and pyarrow.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple, final

from shapecalc.errors import ShapecalcError, SpecError, missing_package
from shapecalc.formats.spreadsheet import cell, copy_without_times
from shapecalc.formats.writing import written_aside
from shapecalc.grading.book.result import Result
from shapecalc.grading.judge import Verdict, plain_points
from shapecalc.grading.quiz.quiz import Quiz

#: The rows of a sheet of a spreadsheet, and of a group of rows of Parquet.
MAX_SHEET_ROWS = 1_048_575
_GROUP = 10_000


@final
class GradeRows(NamedTuple):
    """The gradebook as rows of cells.

    Attributes:
        header: the columns.
        rows: the cells of each student; None where a person has to look.
        counts: how many columns behind the points are counts.
    """

    header: list[str]
    rows: Iterator[list[Any]]
    counts: int


def grade_rows(quiz: Quiz, results: Iterable[Result]) -> GradeRows:
    """Points, counts of each verdict and the points of each question, of every student."""
    out_of = plain_points(quiz.points)
    header = ["student", "points", "out of", *map(str, Verdict), *(cell(question.id) for question in quiz.questions)]
    return GradeRows(header, (_row(result, out_of) for result in results), len(Verdict))


def _row(result: Result, out_of: float) -> list[Any]:
    points = [None if mark.verdict.is_undecided else plain_points(mark.points) for mark in result.marks]
    counts = [result.count(verdict) for verdict in Verdict]
    return [cell(result.student), plain_points(result.points), out_of, *counts, *points]


def export(path: Path, quiz: Quiz, results: Iterable[Result]) -> None:
    """Write the gradebook to a file, by its ending.

    Raises:
        SpecError: no format has this ending.
        ShapecalcError: it cannot be written, or its package is not installed.
    """
    write = EXPORTS.get(path.suffix.lower())
    if write is None:
        raise SpecError(f"{path}: a gradebook is written as {', '.join(EXPORTS)}, not as {path.suffix or path.name}.")
    with written_aside(path) as part:
        write(part, quiz, results)


def _write_csv(path: Path, quiz: Quiz, results: Iterable[Result]) -> None:
    table = grade_rows(quiz, results)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(table.header)
        writer.writerows(table.rows)


def _write_json_lines(path: Path, _: Quiz, results: Iterable[Result]) -> None:
    with path.open("w", encoding="ascii") as file:
        file.writelines(json.dumps(result.as_dict()) + "\n" for result in results)


def _write_workbook(path: Path, quiz: Quiz, results: Iterable[Result]) -> None:
    try:
        from openpyxl import Workbook  # noqa: PLC0415  an extra, for spreadsheets only
    except ModuleNotFoundError as missing:
        raise missing_package(missing, "XLSX files", "openpyxl", "grade") from None
    table = grade_rows(quiz, results)
    book = Workbook(write_only=True)
    sheet = book.create_sheet("points")
    sheet.append(table.header)
    for number, row in enumerate(table.rows, 1):
        if number > MAX_SHEET_ROWS:
            raise ShapecalcError(f"A sheet has at most {MAX_SHEET_ROWS:,} students; write CSV or Parquet.")
        sheet.append(row)
    raw = path.with_name(path.name + ".raw")
    try:
        book.save(raw)
        copy_without_times(raw, path)
    finally:
        raw.unlink(missing_ok=True)


def _write_parquet(path: Path, quiz: Quiz, results: Iterable[Result]) -> None:
    try:
        import pyarrow as pa  # noqa: PLC0415  an extra, for Parquet only
        from pyarrow import parquet  # noqa: PLC0415  an extra, likewise
    except ModuleNotFoundError as missing:
        raise missing_package(missing, "Parquet files", "pyarrow", "grade") from None
    table = grade_rows(quiz, results)
    kinds = [pa.string(), pa.float64(), pa.float64(), *[pa.int32()] * table.counts]
    kinds += [pa.float64()] * (len(table.header) - len(kinds))
    schema = pa.schema(list(zip(table.header, kinds, strict=True)))
    with parquet.ParquetWriter(path, schema) as writer:
        while rows := list(islice(table.rows, _GROUP)):
            columns = zip(*rows, strict=True)
            arrays = [pa.array(column, kind) for column, kind in zip(columns, kinds, strict=True)]
            writer.write_table(pa.table(arrays, schema=schema))


#: How the gradebook is written, by the ending of the file.
EXPORTS: dict[str, Callable[[Path, Quiz, Iterable[Result]], None]] = {
    ".csv": _write_csv,
    ".xlsx": _write_workbook,
    ".parquet": _write_parquet,
    ".jsonl": _write_json_lines,
}
