"""Files that a class is written to: whole or not at all, under names that lead nowhere else."""

from __future__ import annotations

import re
from pathlib import Path

from shapecalc.formats.writing import written_aside
from shapecalc.grading.submissions.sittings import student_number

#: The most characters of a student's name in the name of a file.
_NAME = 60
#: Names that Windows keeps for devices.
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


def write_whole(path: Path, text: str) -> None:
    """Write a text to a file in UTF-8.

    Raises:
        ShapecalcError: it cannot be written.
    """
    with written_aside(path) as part:
        part.write_bytes(text.encode("utf-8", "backslashreplace"))


def file_name(student: str) -> str:
    """A student's name as the name of a file, without an ending; a name that had to change has a number as well."""
    name = re.sub(r"[^\w@.+-]+", "_", student).strip("._")[:_NAME]
    if name == student and not _DEVICES.fullmatch(name):
        return name
    return f"{name or 'student'}-{student_number(student):016x}"
