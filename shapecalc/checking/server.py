"""The language server: the problems of a file while it is written, shapes behind its lines, repairs as quick fixes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib.metadata import version
from typing import final

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.workspace import Workspace

from shapecalc.checking.documents import DocumentPart, OpenFiles, parts_of
from shapecalc.checking.explanations import hover_text
from shapecalc.checking.verdict import FileCheck, LineResult, Problem, Repair
from shapecalc.errors import ShapecalcError
from shapecalc.layers import shape_text

#: How many shapes a hint shows of a line that runs several times.
SHOWN = 2


def diagnostics(result: FileCheck) -> Iterator[tuple[types.Diagnostic, Repair | None]]:
    """Each problem at its place, and what could not be followed, in units of characters."""
    severities = {"error": types.DiagnosticSeverity.Error, "warning": types.DiagnosticSeverity.Warning}
    seen: set[tuple[str, int, str]] = set()
    for problem in result.findings():
        key = (problem.code, problem.line, problem.message)
        if key in seen or not problem.line:
            continue
        seen.add(key)
        repair = problem.repair
        advice = f"Write {repair.new}." if repair is not None else ""
        severity = severities.get(problem.severity, types.DiagnosticSeverity.Information)
        message = " ".join(filter(None, (problem.message, problem.stop, advice)))
        yield types.Diagnostic(_range(result, problem), message, severity, problem.code, source="shapecalc"), repair


def _range(result: FileCheck, problem: Problem) -> types.Range:
    """The text that a repair changes; else from the column of a problem to the end of its line."""
    line, column = problem.line - 1, problem.column - 1
    text = result.lines[line] if line < len(result.lines) else ""
    if problem.repair is not None:
        return _extent(problem.repair)
    if problem.column == 1:
        column = len(text) - len(text.lstrip())
    return types.Range(types.Position(line, column), types.Position(line, max(column + 1, len(text.rstrip()))))


def _extent(repair: Repair) -> types.Range:
    line, column = repair.end
    return types.Range(types.Position(repair.line - 1, repair.column - 1), types.Position(line - 1, column - 1))


def hints(result: FileCheck, first: int, last: int) -> Iterator[types.InlayHint]:
    """The shapes of the tensors that lines give, behind each of them."""
    for line, results in _by_line(result).items():
        if first <= line - 1 <= last and line <= len(result.lines):
            shapes = [*dict.fromkeys(" and ".join(map(shape_text, each.shapes)) for each in results)]
            label = ", ".join(shapes[:SHOWN]) + (", …" if len(shapes) > SHOWN else "")
            position = types.Position(line - 1, len(result.lines[line - 1].rstrip()))
            yield types.InlayHint(position, label, types.InlayHintKind.Type, padding_left=True)


def _by_line(result: FileCheck) -> dict[int, list[LineResult]]:
    lines: dict[int, list[LineResult]] = {}
    for network in result.networks:
        for each in network.results:
            lines.setdefault(each.line, []).append(each)
    return lines


#: Notebooks whose cells of Python are read.
_NOTEBOOKS = types.NotebookDocumentSyncOptions(
    [types.NotebookDocumentFilterWithCells([types.NotebookCellLanguage("python")])]
)


def make_server() -> LanguageServer:
    """The server, which talks over standard input and output once its ``start_io`` is called."""
    server = LanguageServer("shapecalc", version("shapecalc"), notebook_document_sync=_NOTEBOOKS)
    editor = _Editor(server)
    _follow_files(editor)
    _follow_notebooks(editor)
    _answer_requests(editor)
    return server


@final
class _Editor:
    """The editor that a server talks to: the files that are open in it, and what it shows of their problems."""

    def __init__(self, server: LanguageServer) -> None:
        self.server = server
        self.files = OpenFiles()

    def publish(self, uri: str) -> None:
        """Check a file or notebook, and send its problems."""
        address, parts = parts_of(self.server.workspace, uri)
        try:
            problems = [diagnostic for diagnostic, _ in diagnostics(self.files.check(address, parts))]
        except ShapecalcError as refused:  # the file is too long, or nested too deeply
            start = types.Range(types.Position(0, 0), types.Position(0, 1))
            problems = [types.Diagnostic(start, str(refused), types.DiagnosticSeverity.Information, source="shapecalc")]
        for part in parts:
            own = [diagnostic for diagnostic in problems if part.has(diagnostic.range.start.line)]
            for diagnostic in own:
                diagnostic.range = part.in_client_units(diagnostic.range)
            document = part.document
            self.send(types.PublishDiagnosticsParams(document.uri, own, document.version))

    def withdraw(self, address: str, documents: Iterable[str]) -> None:
        """Forget a program that is closed, and take back the problems of its documents."""
        self.files.checks.pop(address, None)
        for uri in documents:
            self.send(types.PublishDiagnosticsParams(uri, []))

    def send(self, problems: types.PublishDiagnosticsParams) -> None:
        self.server.text_document_publish_diagnostics(problems)

    def part(self, uri: str) -> tuple[FileCheck | None, DocumentPart]:
        """The last check of a program, and the part of it that has an address of its own."""
        address, part = _part(self.server.workspace, uri)
        return self.files.checks.get(address), part


def _follow_files(editor: _Editor) -> None:
    """Publish the problems of files while they are open."""
    feature = editor.server.feature

    @feature(types.TEXT_DOCUMENT_DID_OPEN)
    def opened(params: types.DidOpenTextDocumentParams) -> None:
        editor.publish(params.text_document.uri)

    @feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def changed(params: types.DidChangeTextDocumentParams) -> None:
        editor.publish(params.text_document.uri)

    @feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def closed(params: types.DidCloseTextDocumentParams) -> None:
        editor.withdraw(params.text_document.uri, [params.text_document.uri])


def _follow_notebooks(editor: _Editor) -> None:
    """Publish the problems of notebooks while they are open."""
    feature = editor.server.feature

    @feature(types.NOTEBOOK_DOCUMENT_DID_OPEN)
    def opened(params: types.DidOpenNotebookDocumentParams) -> None:
        editor.publish(params.notebook_document.uri)

    @feature(types.NOTEBOOK_DOCUMENT_DID_CHANGE)
    def changed(params: types.DidChangeNotebookDocumentParams) -> None:
        editor.publish(params.notebook_document.uri)

    @feature(types.NOTEBOOK_DOCUMENT_DID_CLOSE)
    def closed(params: types.DidCloseNotebookDocumentParams) -> None:
        editor.withdraw(params.notebook_document.uri, [cell.uri for cell in params.cell_text_documents])


def _answer_requests(editor: _Editor) -> None:
    """Answer what the editor asks: shapes behind lines, where they come from, repairs."""
    server = editor.server

    @server.feature(types.TEXT_DOCUMENT_INLAY_HINT)
    def inlay_hints(params: types.InlayHintParams) -> list[types.InlayHint]:
        result, part = editor.part(params.text_document.uri)
        if result is None:
            return []
        first, last = [part.start + each.line for each in (params.range.start, params.range.end)]
        shown = [*hints(result, first, min(last, part.start + part.length - 1))]
        for hint in shown:
            hint.position = part.in_client_units(types.Range(hint.position, hint.position)).start
        return shown

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    def hover(params: types.HoverParams) -> types.Hover | None:
        result, part = editor.part(params.text_document.uri)
        line = part.start + params.position.line + 1
        text = hover_text(_by_line(result).get(line, []) if result is not None else [])
        return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, text)) if text else None

    @server.feature(
        types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionOptions(code_action_kinds=[types.CodeActionKind.QuickFix])
    )
    def quick_fixes(params: types.CodeActionParams) -> list[types.CodeAction]:
        uri = params.text_document.uri
        address, parts = parts_of(server.workspace, uri)
        return [*_quick_fixes(_part(server.workspace, uri)[1], editor.files.check(address, parts), params.range)]


def _part(workspace: Workspace, uri: str) -> tuple[str, DocumentPart]:
    """The address of a program, and the part of it that has an address of its own."""
    address, parts = parts_of(workspace, uri)
    return address, next(part for part in parts if part.document.uri == uri)


def _quick_fixes(part: DocumentPart, result: FileCheck, asked: types.Range) -> Iterator[types.CodeAction]:
    """The repairs on the lines of a range."""
    first, last = part.start + asked.start.line, part.start + asked.end.line
    for diagnostic, repair in diagnostics(result):
        line = diagnostic.range.start.line
        if repair is None or not part.has(line) or not first <= line <= last:
            continue
        extent = part.in_client_units(_extent(repair))
        edit = types.WorkspaceEdit({part.document.uri: [types.TextEdit(extent, repair.new)]})
        title = f"Write {repair.new} instead of {repair.old}"
        diagnostic.range = extent
        yield types.CodeAction(title, types.CodeActionKind.QuickFix, [diagnostic], edit=edit, is_preferred=True)
