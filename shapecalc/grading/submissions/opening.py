"""Picks the reader of a path, and reads answers through it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from shapecalc.errors import SpecError, check_type
from shapecalc.grading.submissions.delimited import read_delimited
from shapecalc.grading.submissions.documents import read_document, read_json_lines
from shapecalc.grading.submissions.folders import read_archive, read_folder
from shapecalc.grading.submissions.table import AnswerTable
from shapecalc.grading.submissions.workbook import read_workbook

#: The reader of each ending; what has another one is read as CSV.
_READERS: dict[str, Callable[[Path], AnswerTable]] = {
    **dict.fromkeys((".xlsx", ".xlsm"), read_workbook),
    **dict.fromkeys((".yaml", ".yml", ".json"), read_document),
    **dict.fromkeys((".jsonl", ".ndjson"), read_json_lines),
    ".zip": read_archive,
}
#: Endings of files that may hold code, or of other tables, and what to do instead.
_REFUSED = {
    **dict.fromkeys((".pkl", ".pickle", ".pt", ".pth", ".npy", ".npz", ".joblib"), "may hold code, and is never read"),
    **dict.fromkeys((".xls", ".xlsb", ".ods", ".numbers"), "is read when it is saved as XLSX or CSV"),
    **dict.fromkeys((".ipynb", ".py"), "is read from a folder, which has a file for each student"),
}


def open_table(path: str | Path) -> AnswerTable:
    """The table of answers in a file or a folder.

    Raises:
        SpecError: it cannot be read as one.
    """
    check_type("path", path, (str, Path), "the path of answers, such as 'answers.csv'")
    path = Path(path)
    suffix = path.suffix.lower()
    if _is_folder(path):
        return read_folder(path)
    if suffix in _REFUSED:
        raise SpecError(f"{path}: a file of {suffix} {_REFUSED[suffix]}.")
    return _READERS.get(suffix, read_delimited)(path)


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):  # the reader says what is wrong with it
        return False
