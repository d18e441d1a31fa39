"""The language server: the problems of a file while it is written, shapes behind its lines, repairs as quick fixes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import final
from urllib.parse import unquote, urlparse

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.workspace import ServerTextPosition, ServerTextRange, TextDocument

from shapecalc.checking.explanations import hover_text
from shapecalc.checking.judgement import check
from shapecalc.checking.verdict import FileCheck, LineResult, Problem, Repair
from shapecalc.errors import ShapecalcError
from shapecalc.formats.source.programs import Source
from shapecalc.layers import shape_text

#: How many shapes a hint shows of a line that runs several times.
SHOWN = 2


@final
@dataclass
class OpenFiles:
    """What was last said of each open document, by its address; the last text that Python could parse counts."""

    checks: dict[str, FileCheck] = field(default_factory=dict)

    def check(self, document: TextDocument) -> FileCheck:
        """The verdict on a document as it stands."""
        path = Path(unquote(urlparse(document.uri).path))
        lines = document.source.replace("\r\n", "\n")
        result = check(Source(str(path), lines, path.parent)).without(())
        if not result.problems:  # while a line is being written, the shapes of the others stay
            self.checks[document.uri] = result
        return result


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


def _in_client_units(document: TextDocument, place: types.Range) -> types.Range:
    """A range whose columns count characters, in the units that the client counts in."""
    start, end = [ServerTextPosition(each.line, each.character) for each in (place.start, place.end)]
    return document.range_to_client_units(ServerTextRange(start, end))


def make_server() -> LanguageServer:  # noqa: C901  one function for each request
    """The server, which talks over standard input and output once its ``start_io`` is called."""
    server = LanguageServer("shapecalc", version("shapecalc"))
    files = OpenFiles()

    def publish(uri: str) -> None:
        document = server.workspace.get_text_document(uri)
        try:
            found = [each for each, _ in diagnostics(files.check(document))]
        except ShapecalcError as refused:  # the file is too long, or nested too deeply
            start = types.Range(types.Position(0, 0), types.Position(0, 1))
            found = [types.Diagnostic(start, str(refused), types.DiagnosticSeverity.Information, source="shapecalc")]
        for each in found:
            each.range = _in_client_units(document, each.range)
        server.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, found, document.version))

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def opened(params: types.DidOpenTextDocumentParams) -> None:
        publish(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def changed(params: types.DidChangeTextDocumentParams) -> None:
        publish(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def closed(params: types.DidCloseTextDocumentParams) -> None:
        uri = params.text_document.uri
        files.checks.pop(uri, None)
        server.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, []))

    @server.feature(types.TEXT_DOCUMENT_INLAY_HINT)
    def inlay_hints(params: types.InlayHintParams) -> list[types.InlayHint]:
        document = server.workspace.get_text_document(params.text_document.uri)
        result = files.checks.get(document.uri)
        if result is None:
            return []
        shown = [*hints(result, params.range.start.line, params.range.end.line)]
        for hint in shown:
            place = _in_client_units(document, types.Range(hint.position, hint.position))
            hint.position = place.start
        return shown

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    def hover(params: types.HoverParams) -> types.Hover | None:
        result = files.checks.get(params.text_document.uri)
        results = _by_line(result).get(params.position.line + 1, []) if result is not None else []
        text = hover_text(results)
        return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, text)) if text else None

    @server.feature(
        types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionOptions(code_action_kinds=[types.CodeActionKind.QuickFix])
    )
    def quick_fixes(params: types.CodeActionParams) -> list[types.CodeAction]:
        document = server.workspace.get_text_document(params.text_document.uri)
        return [*_quick_fixes(document, files.check(document), params.range)]

    return server


def _quick_fixes(document: TextDocument, result: FileCheck, asked: types.Range) -> Iterator[types.CodeAction]:
    """The repairs on the lines of a range."""
    for diagnostic, repair in diagnostics(result):
        if repair is None or not asked.start.line <= diagnostic.range.start.line <= asked.end.line:
            continue
        extent = _in_client_units(document, _extent(repair))
        edit = types.WorkspaceEdit({document.uri: [types.TextEdit(extent, repair.new)]})
        title = f"Write {repair.new} instead of {repair.old}"
        diagnostic.range = extent
        yield types.CodeAction(title, types.CodeActionKind.QuickFix, [diagnostic], edit=edit, is_preferred=True)
