"""The language server with a real client, over standard input and output."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

pytestmark = pytest.mark.service("language-client")

#: A file whose second layer takes too many features; the comment has signs of one and of two units in UTF-16.
TEXT = """\
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 6, 5)
        self.fc = nn.Linear(  400, 10)  # ten

    def forward(self, x):
        x = torch.relu(self.conv(x))
        '𝄞'; x = x.flatten(1)
        return self.fc(x)


Net()(torch.randn(8, 1, 9, 9))
"""


@asynccontextmanager
async def _session(path: Path, text: str) -> AsyncIterator[Any]:
    """A client that has opened a document."""
    from pytest_lsp import client_capabilities, make_test_lsp_client  # noqa: PLC0415  a service

    client = make_test_lsp_client()
    await client.start_io(sys.executable, "-m", "shapecalc_cli.main", "lsp")
    await client.initialize_session(
        types.InitializeParams(
            capabilities=client_capabilities("visual-studio-code"),
            workspace_folders=[types.WorkspaceFolder(path.parent.as_uri(), "test")],
        )
    )
    document = types.TextDocumentItem(path.as_uri(), types.LanguageKind.Python, 1, text)
    client.text_document_did_open(types.DidOpenTextDocumentParams(document))
    try:
        await client.wait_for_notification(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        yield client
    finally:
        await client.shutdown_session()


async def _changed(client: Any, uri: str, version: int, text: str) -> None:
    client.text_document_did_change(
        types.DidChangeTextDocumentParams(
            types.VersionedTextDocumentIdentifier(version, uri), [types.TextDocumentContentChangeWholeDocument(text)]
        )
    )
    await client.wait_for_notification(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)


def _text(lines: list[str], place: Any) -> str:
    return lines[place.start.line][place.start.character : place.end.character]


def test_problems_hints_derivations_and_fixes(tmp_path: Path) -> None:
    """What is wrong is marked, and its repair makes it vanish."""
    path = tmp_path / "net.py"
    uri, lines = path.as_uri(), TEXT.split("\n")
    document = types.TextDocumentIdentifier(uri)

    async def run() -> None:
        async with _session(path, TEXT) as client:
            (problem,) = client.diagnostics[uri]
            assert (problem.code, problem.severity, _text(lines, problem.range)) == ("shape", 1, "400")
            assert problem.message.startswith("fc takes 400 features (in_features) but gets 150: conv gives 6x5x5")

            whole = types.Range(types.Position(0, 0), types.Position(len(lines), 0))
            hints = await client.text_document_inlay_hint_async(types.InlayHintParams(document, whole))
            assert [(hint.position.line, hint.label) for hint in hints] == [(11, "Nx6x5x5"), (12, "Nx150")]
            assert hints[1].position.character == len(lines[12].encode("utf-16-le")) // 2

            place = types.Position(11, 20)
            hover = await client.text_document_hover_async(types.HoverParams(document, place))
            assert "⌊(9 − 5 + 2·0)/1⌋ + 1 = 5" in hover.contents.value

            (action,) = await client.text_document_code_action_async(
                types.CodeActionParams(document, problem.range, types.CodeActionContext([problem]))
            )
            ((edit,),) = action.edit.changes.values()
            assert (action.title, _text(lines, edit.range), edit.new_text) == ("Write 150 instead of 400", "400", "150")

            await _changed(client, uri, 2, TEXT.replace("400", "150"))
            assert not client.diagnostics[uri]

    asyncio.run(run())


def test_the_shapes_stay_while_a_line_is_written(tmp_path: Path) -> None:
    """A file that Python cannot parse has a problem, and the hints of before."""
    path = tmp_path / "net.py"
    uri = path.as_uri()
    text = TEXT.replace("400", "150")

    async def run() -> None:
        async with _session(path, text) as client:
            await _changed(client, uri, 2, text + "Net(")
            (problem,) = client.diagnostics[uri]
            assert problem.code == "syntax"
            line = types.Range(types.Position(11, 0), types.Position(11, 9))
            params = types.InlayHintParams(types.TextDocumentIdentifier(uri), line)
            (hint,) = await client.text_document_inlay_hint_async(params)
            assert hint.label == "Nx6x5x5"

    asyncio.run(run())


def test_the_shapes_move_with_their_lines(tmp_path: Path) -> None:
    """Lines that are written above move the hints, though Python cannot parse the file; changed lines have none."""
    path = tmp_path / "net.py"
    uri = path.as_uri()
    text = TEXT.replace("400", "150")
    half = text.replace("        '𝄞'; x = x.flatten(1)\n", "\n        x = self.\n")

    async def run() -> None:
        async with _session(path, text) as client:
            await _changed(client, uri, 2, half)
            assert [problem.code for problem in client.diagnostics[uri]] == ["syntax"]
            whole = types.Range(types.Position(0, 0), types.Position(99, 0))
            params = types.InlayHintParams(types.TextDocumentIdentifier(uri), whole)
            hints = await client.text_document_inlay_hint_async(params)
            lines = half.splitlines()
            assert [(lines[hint.position.line].strip(), hint.label) for hint in hints] == [
                ("x = torch.relu(self.conv(x))", "Nx6x5x5"),
                ("return self.fc(x)", "Nx10"),
            ]

    asyncio.run(run())


#: The cells of a notebook: the imports, a line for IPython and the network; its input, in another cell.
CELLS = [
    "%matplotlib inline\nimport torch\nfrom torch import nn",
    "\n".join(TEXT.split("\n")[3:14]),
    "Net()(torch.randn(8, 1, 9, 9))",
]


def test_the_cells_of_a_notebook_are_one_program(tmp_path: Path) -> None:
    """A problem is marked in its cell, with the shapes, the derivation and the fix; a repair makes it vanish."""
    path = tmp_path / "net.ipynb"
    uris = [f"vscode-notebook-cell:{path}#{name}" for name in "abc"]
    notebook = types.NotebookDocument(
        path.as_uri(), "jupyter-notebook", 1, [types.NotebookCell(types.NotebookCellKind.Code, uri) for uri in uris]
    )
    cells = [
        types.TextDocumentItem(uri, types.LanguageKind.Python, 1, text) for uri, text in zip(uris, CELLS, strict=True)
    ]
    document = types.TextDocumentIdentifier(uris[1])
    whole = types.Range(types.Position(0, 0), types.Position(100, 0))

    async def run() -> None:
        async with _session(tmp_path / "other.py", "") as client:
            client.notebook_document_did_open(types.DidOpenNotebookDocumentParams(notebook, cells))
            hints = await client.text_document_inlay_hint_async(types.InlayHintParams(document, whole))
            assert [(hint.position.line, hint.label) for hint in hints] == [(8, "Nx6x5x5"), (9, "Nx150")]
            assert [len(client.diagnostics.get(uri, ())) for uri in uris] == [0, 1, 0]
            (problem,) = client.diagnostics[uris[1]]
            assert _text(CELLS[1].split("\n"), problem.range) == "400"

            place = types.Position(8, 20)
            hover = await client.text_document_hover_async(types.HoverParams(document, place))
            assert "⌊(9 − 5 + 2·0)/1⌋ + 1 = 5" in hover.contents.value

            (action,) = await client.text_document_code_action_async(
                types.CodeActionParams(document, problem.range, types.CodeActionContext([problem]))
            )
            ((edit,),) = action.edit.changes.values()
            assert (edit.range, edit.new_text) == (problem.range, "150")

            text = types.NotebookDocumentCellContentChanges(
                types.VersionedTextDocumentIdentifier(2, uris[1]),
                [types.TextDocumentContentChangeWholeDocument(CELLS[1].replace("400", "150"))],
            )
            client.notebook_document_did_change(
                types.DidChangeNotebookDocumentParams(
                    types.VersionedNotebookDocumentIdentifier(2, path.as_uri()),
                    types.NotebookDocumentChangeEvent(cells=types.NotebookDocumentCellChanges(text_content=[text])),
                )
            )
            await client.text_document_inlay_hint_async(types.InlayHintParams(document, whole))
            assert not client.diagnostics[uris[1]]

    asyncio.run(run())
