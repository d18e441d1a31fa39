"""The repairs of a file made: as a unified diff, or written into it."""

from __future__ import annotations

import codecs
import difflib
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path, PurePath

from shapecalc.checking.repairs import changed_text
from shapecalc.checking.verdict import FileCheck, Repair
from shapecalc.errors import SpecError
from shapecalc.formats.source.programs import Source
from shapecalc.formats.text.files import read_text

#: How many networks of a file are repaired one behind the other.
MAX_NETWORKS = 20


def fixed(source: Source, check: Callable[[Source], FileCheck]) -> Source:
    """The source with every repair made that mends a network.

    Args:
        source: the file.
        check: gives the verdict on a file.
    """
    for _ in range(MAX_NETWORKS):
        repairs = _repairs(check(source))
        if not repairs:
            break
        source = replace(source, text=changed_text(source.text, repairs))
    return source


def _repairs(check: FileCheck) -> list[Repair]:
    """The repairs of the first network that has some."""
    for network in check.networks:
        repairs = [problem.repair for problem in network.problems if problem.repair is not None]
        if repairs:
            return repairs
    return []


def diff(old: Source, new: Source) -> str:
    """A unified diff, which ``patch`` and ``git apply`` read; "" where nothing changes."""
    path = PurePath(old.path).as_posix().lstrip("/")
    lines = difflib.unified_diff(_lines(old), _lines(new), f"a/{path}", f"b/{path}")
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def _lines(source: Source) -> list[str]:
    lines = source.text.split("\n")
    return [f"{line}\n" for line in lines[:-1]] + [line for line in lines[-1:] if line]


def write(old: Source, new: Source) -> None:
    """Put the changed text into its file; into the cells of a notebook.

    Raises:
        SpecError: it cannot be written.
    """
    path = Path(old.path)
    try:
        text = _notebook(path, old, new) if path.suffix == ".ipynb" else new.text
        with path.open("rb") as file:
            start = file.read(1_000_000)
        encoding = "utf-8-sig" if start.startswith(codecs.BOM_UTF8) else "utf-8"
        with path.open("w", encoding=encoding, newline="\r\n" if b"\r\n" in start else "\n") as file:
            file.write(text)
    except OSError as refused:
        raise SpecError(f"{path} cannot be written: {refused.strerror}.") from None


def _notebook(path: Path, old: Source, new: Source) -> str:
    """A notebook in whose cells the lines that changed are exchanged."""
    before, after = old.text.split("\n"), new.text.split("\n")
    if len(before) != len(after):
        raise SpecError(f"{path}: a repair joins lines, which is not done in a notebook; see the diff of --fix.")
    notebook = json.loads(read_text(path))
    number = 0
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            lines = "".join(cell["source"]).split("\n")
            for place in range(len(lines)):
                if before[number] != after[number]:
                    lines[place] = after[number]
                number += 1
            cell["source"] = [f"{line}\n" for line in lines[:-1]] + [line for line in lines[-1:] if line]
    return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"
