"""What an editor has open: a file, or the cells of a notebook, which are read as one program."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import takewhile
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
        if not result.problems:
            self.checks[uri] = result
        elif uri in self.checks:  # while a line is being written, the shapes of the others stay
            self.checks[uri] = with_new_lines(self.checks[uri], result.lines)
        return result


def with_new_lines(result: FileCheck, lines: tuple[str, ...]) -> FileCheck:
    """What was said of a text before it changed, for the lines of the new one that are those of the old one.

    Args:
        result: the verdict on the old text.
        lines: the new text.
    """
    old = result.lines
    head = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(old, lines, strict=False)))
    rest = min(len(old), len(lines)) - head
    ends = takewhile(lambda pair: pair[0] == pair[1], zip(reversed(old), reversed(lines), strict=False))
    tail = min(rest, sum(1 for _ in ends))
    places = {line: line for line in range(1, head + 1)}
    places |= {line: line + len(lines) - len(old) for line in range(len(old) - tail + 1, len(old) + 1)}
    networks = [
        replace(
            network,
            results=tuple([each._replace(line=places[each.line]) for each in network.results if each.line in places]),
        )
        for network in result.networks
    ]
    return replace(result, networks=tuple(networks), lines=lines)
