"""Several files at once, and folders of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, final

from shapecalc.checking.judgement import check
from shapecalc.checking.page import page
from shapecalc.checking.verdict import FileCheck, worst
from shapecalc.errors import SpecError
from shapecalc.formats.source.programs import Source
from shapecalc.formats.text.files import read_standard_input
from shapecalc.formats.text.shapes import read_shape
from shapecalc.page import Page

#: The most files of one command.
MAX_FILES = 2_000


@final
@dataclass(frozen=True)
class Checks:
    """The verdicts on files."""

    files: tuple[FileCheck, ...]

    @property
    def status(self) -> int:
        """The exit status: 1 where something is wrong, else 3 where something is not known, else 0."""
        verdict = worst([each.verdict for each in self.files if each.verdict is not None])
        return verdict.status if verdict is not None else 0

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {"version": 1, "files": [each.as_dict() for each in self.files]}

    def pages(self) -> list[Page]:
        """A page for each file."""
        return [page(each) for each in self.files]


def check_files(paths: Sequence[str], *, name: str = "", call: str = "", inputs: Sequence[str] = ()) -> Checks:
    """The verdicts on files, notebooks and folders.

    Raises:
        SpecError: a path leads nowhere, or a shape is none.
    """
    shapes = [read_shape(text) for text in inputs]
    return Checks(tuple([check(source, name=name, call=call, inputs=shapes) for source in _sources(paths)]))


def _sources(paths: Sequence[str]) -> Iterator[Source]:
    for path in paths:
        place = Path(path)
        if path == "-":
            yield Source(path, read_standard_input())
        elif place.is_dir():
            files = sorted([*place.rglob("*.py"), *place.rglob("*.ipynb")])
            if len(files) > MAX_FILES:
                raise SpecError(f"{path} has more than {MAX_FILES:,} files.")
            for file in files:
                yield Source.of_file(file, place.resolve())
        else:
            yield Source.of_file(place)
