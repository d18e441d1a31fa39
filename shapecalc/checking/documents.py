"""What an editor has open: a file, or the cells of a notebook, which are read as one program."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, final
from urllib.parse import unquote, urlparse

from lsprotocol import types
from pygls.workspace import ServerTextPosition, ServerTextRange, TextDocument, Workspace

from shapecalc.checking.judgement import check
from shapecalc.checking.verdict import FileCheck
from shapecalc.formats.source.programs import Source, join_cells


@final
class DocumentPart(NamedTuple):
    """A document of the editor, as a part of a program.

    Attributes:
        document: the file, or a cell.
        start: how many lines of the program stand before it.
        length: how many lines it has.
    """

    document: TextDocument
    start: int
    length: int

    def has(self, line: int) -> bool:
        """Whether a line of the program, counted from 0, stands in it."""
        return self.start <= line < self.start + self.length

    def in_client_units(self, place: types.Range) -> types.Range:
        """A range of the program as one of the document, in the units in which the client counts columns."""
        ends = [ServerTextPosition(each.line - self.start, each.character) for each in (place.start, place.end)]
        return self.document.range_to_client_units(ServerTextRange(*ends))


def parts_of(workspace: Workspace, uri: str) -> tuple[str, list[DocumentPart]]:
    """The address of a program, and its parts; the address is that of a file, of a notebook, or of a cell."""
    notebook = workspace.get_notebook_document(notebook_uri=uri) or workspace.get_notebook_document(cell_uri=uri)
    if notebook is None:
        return uri, [*_parts([workspace.get_text_document(uri)])]
    cells = [cell.document for cell in notebook.cells if cell.kind == types.NotebookCellKind.Code]
    return notebook.uri, [*_parts([workspace.get_text_document(cell) for cell in cells])]


def _parts(documents: Sequence[TextDocument]) -> Iterator[DocumentPart]:
    start = 0
    for document in documents:
        length = document.source.count("\n") + 1
        yield DocumentPart(document, start, length)
        start += length


@final
@dataclass
class OpenFiles:
    """What was last said of each open program, by its address; the last text that Python could parse counts."""

    checks: dict[str, FileCheck] = field(default_factory=dict)

    def check(self, uri: str, parts: Sequence[DocumentPart]) -> FileCheck:
        """The verdict on a program as it stands."""
        path = Path(unquote(urlparse(uri).path))
        texts = [part.document.source.replace("\r\n", "\n") for part in parts]
        text = join_cells(texts) if path.suffix == ".ipynb" else "\n".join(texts)
        result = check(Source(str(path), text, path.parent)).without(())
        if not result.problems:  # while a line is being written, the shapes of the others stay
            self.checks[uri] = result
        return result
