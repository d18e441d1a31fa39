"""A folder, or an archive of one, with a file or a folder for each student: no link is followed, nothing unpacked."""

from __future__ import annotations

import csv
import io
import re
import stat
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import NamedTuple, final

from shapecalc.errors import ShapecalcError, SpecError
from shapecalc.formats.document.files import from_json, from_yaml
from shapecalc.formats.text.files import open_regular
from shapecalc.formats.text.tokens import MAX_TEXT
from shapecalc.grading.submissions.documents import STUDENT, Entry, answers_in, table_of
from shapecalc.grading.submissions.notebooks import line_answers, notebook_answers, program_answers
from shapecalc.grading.submissions.table import AnswerTable, Unreadable

#: The most files of a folder, folders inside each other, and bytes of all files together.
MAX_FILES = 20_000
MAX_FOLDERS = 4
MAX_FOLDER_BYTES = 200_000_000

#: What Moodle appends to the name of a student's folder.
_MOODLE = re.compile(r"_\d+_assign(submission|ment)_.*$")

#: A class in a program, which may be a network that is the answer.
_CLASS = re.compile(r"^class\s", re.MULTILINE)


@final
class FileEntry(NamedTuple):
    """A file in a folder of submissions.

    Attributes:
        path: where it lies in the folder.
        read: gives up to so many bytes of it.
        reason: why it is not read, or "".
    """

    path: PurePosixPath
    read: Callable[[int], bytes]
    reason: str = ""


def read_folder(path: Path) -> AnswerTable:
    """The table of a folder of submissions."""
    return _table(str(path), _entries(path))


def read_submission(path: Path) -> Iterator[dict[str, str] | Unreadable]:
    """The answers in each file of one student's folder, and the files that cannot be read.

    Raises:
        SpecError: the folder cannot be read, or holds too much.
    """
    files = [file._replace(path=PurePosixPath("submission") / file.path) for file in _entries(path)]
    for row in _rows(str(path), iter(files)):
        if isinstance(row, Unreadable):
            yield row._replace(place=row.place.removeprefix("submission/"))
        else:
            yield row[1]


def submitted_texts(path: Path, endings: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """The texts of a folder's files with one of some endings, each with its path; what cannot be read is left out."""
    for file in sorted(_entries(path), key=lambda file: file.path.parts):
        if not file.reason and not _is_hidden(file) and file.path.suffix.lower() in endings:
            with suppress(ValueError):
                yield str(file.path), _text(file)[0]


def read_archive(path: Path) -> AnswerTable:
    """The table of an archive of a folder of submissions: a ZIP file.

    Raises:
        SpecError: it is no archive, or it unfolds to too much.
    """
    try:
        with open_regular(path) as file, zipfile.ZipFile(file) as archive:
            parts = [part for part in archive.infolist() if not part.is_dir()]
            size = sum(part.file_size for part in parts)
            if len(parts) > MAX_FILES or size > MAX_FOLDER_BYTES:
                raise SpecError(f"{path} unfolds to {size:,} bytes in {len(parts):,} files; that is too much.")
            return _table(str(path), iter([_member(archive, part) for part in parts]))
    except OSError as refused:
        raise SpecError(f"Cannot read {path}: {refused.strerror or refused}.") from None
    except zipfile.BadZipFile as refused:
        raise SpecError(f"{path} is not an archive that can be read: {refused}.") from None


def _member(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> FileEntry:
    path = PurePosixPath(part.filename)
    reason = ""
    if path.is_absolute() or ".." in path.parts or "\\" in part.filename or ":" in part.filename:
        reason = "its path leads out of the archive"
    elif stat.S_ISLNK(part.external_attr >> 16):
        reason = "it is a link"
    elif part.flag_bits & 1:
        reason = "it is encrypted"

    def read(size: int) -> bytes:
        try:
            with archive.open(part) as stream:
                return stream.read(size)
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as refused:
            raise ValueError(f"it cannot be unpacked: {refused}") from None

    return FileEntry(path, read, reason)


def _entries(folder: Path) -> Iterator[FileEntry]:
    """The files of a folder, by their names; what is a link is not followed."""
    waiting = [folder]
    count = 0
    while waiting:
        place = waiting.pop()
        try:
            names = sorted(place.iterdir(), reverse=True)
        except OSError as refused:
            raise SpecError(f"Cannot read {place}: {refused.strerror or refused}.") from None
        for path in names:
            inner = PurePosixPath(path.relative_to(folder).as_posix())
            count += 1
            if count > MAX_FILES:
                raise SpecError(f"{folder} has more than {MAX_FILES:,} files.")
            if path.is_symlink():
                yield FileEntry(inner, lambda _: b"", "it is a link")
            elif path.is_dir() and len(inner.parts) < MAX_FOLDERS:
                waiting.append(path)
            else:
                yield FileEntry(inner, _reader(path))


def _reader(path: Path) -> Callable[[int], bytes]:
    def read(size: int) -> bytes:
        try:
            with open_regular(path) as file:
                return file.read(size)
        except OSError as refused:
            raise ValueError(f"it cannot be read: {refused.strerror or refused}") from None

    return read


def _table(source: str, files: Iterator[FileEntry]) -> AnswerTable:
    students: dict[str, list[dict[str, str]]] = {}
    unreadable: list[Entry] = []
    for row in _rows(source, files):
        if isinstance(row, Unreadable):
            unreadable.append(row)
            continue
        name, answers = row
        attempts = students.setdefault(_MOODLE.sub("", name), [{}])
        if attempts[-1].keys().isdisjoint(answers):
            attempts[-1].update(answers)
        else:  # the same question once more: another attempt, which the policy weighs
            attempts.append(answers)
    entries: list[Entry] = [
        (student, {STUDENT: student, **answers}) for student, attempts in students.items() for answers in attempts
    ]
    return table_of(source, entries + unreadable)


def _rows(source: str, files: Iterator[FileEntry]) -> Iterator[tuple[str, dict[str, str]] | Unreadable]:
    """The answers of each file with the student whose it is, in the order of the paths."""
    total = 0
    for file in sorted(files, key=lambda file: file.path.parts):
        if not file.reason and _is_hidden(file):
            continue
        try:
            answers, size = _file_answers(file)
        except ShapecalcError:  # a package is missing
            raise
        except ValueError as refused:
            yield Unreadable(str(file.path), str(refused).rstrip("."))
            continue
        total += size
        if total > MAX_FOLDER_BYTES:
            raise SpecError(f"{source}: the files have more than {MAX_FOLDER_BYTES:,} bytes.")
        yield file.path.parts[0] if len(file.path.parts) > 1 else file.path.stem, answers


def _is_hidden(file: FileEntry) -> bool:
    return any(part.startswith((".", "__MACOSX")) for part in file.path.parts)


def _file_answers(file: FileEntry) -> tuple[dict[str, str], int]:
    """The answers in a file, and how long it is.

    Raises:
        ValueError: it cannot be read.
    """
    read = _READERS.get(file.path.suffix.lower())
    if file.reason or read is None:
        raise ValueError(file.reason or f"answers are read from {', '.join(_READERS)}, not from {file.path.suffix}")
    text, size = _text(file)
    answers = read(text)
    if len(file.path.parts) > 1 and _is_whole_answer(file, text, answers):
        answers.setdefault(file.path.stem, text.strip())  # a file for each question
    if not answers:
        raise ValueError("it answers no question; write a line for each: q1: 5120")
    return answers, size


def _text(file: FileEntry) -> tuple[str, int]:
    """The text of a file, and how many bytes it has.

    Raises:
        ValueError: it cannot be read, or is too long.
    """
    content = file.read(MAX_TEXT + 1)
    if len(content) > MAX_TEXT:
        raise ValueError(f"it has more than {MAX_TEXT:,} bytes")
    try:
        return content.decode("utf-8-sig"), len(content)
    except UnicodeDecodeError:
        return content.decode("latin-1"), len(content)


def _is_whole_answer(file: FileEntry, text: str, answers: dict[str, str]) -> bool:
    """Whether a file may be the answer to the question that it is named by: a text, or a program with a class."""
    if file.path.suffix.lower() == ".py":
        return _CLASS.search(text) is not None
    return not answers and file.path.suffix.lower() in (".txt", ".md")


def _from_document(read: Callable[[str, str], object]) -> Callable[[str], dict[str, str]]:
    def answers(text: str) -> dict[str, str]:
        try:
            return answers_in(read(text, "it"))
        except ShapecalcError as refused:
            raise ValueError(str(refused).removeprefix("it: ").rstrip(".")) from None

    return answers


def _from_cells(text: str) -> dict[str, str]:
    """Rows of a question and its answer."""
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as refused:
        raise ValueError(str(refused)) from None
    return {row[0].strip(): row[1] for row in rows if len(row) > 1}


_READERS: dict[str, Callable[[str], dict[str, str]]] = {
    ".yaml": _from_document(from_yaml),
    ".yml": _from_document(from_yaml),
    ".json": _from_document(from_json),
    ".txt": line_answers,
    ".md": line_answers,
    ".csv": _from_cells,
    ".ipynb": notebook_answers,
    ".py": program_answers,
}
