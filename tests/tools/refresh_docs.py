"""Rewrite what the pages show to what their examples print now: ``python -m tests.tools.refresh_docs [PAGE ...]``.

The generated pages of docs/reference and the pictures are written anew as well. Read the difference before you commit
it: an output that changed may be a bug.
"""

from __future__ import annotations

import contextlib
import doctest
import io
import os
import re
import sys
import tempfile
from pathlib import Path

from sybil import Document, Example
from sybil.example import SybilFailure

from tests.narrow import present
from tests.tools import (
    api_reference,
    cli_reference,
    exchange_page,
    kernels_page,
    layers_table,
    mistakes_page,
    net_schema,
    pictures,
    problem_codes,
    quiz_schema,
    quizzes_page,
    vocabulary,
    zoo_listing,
    zoo_page,
)
from tests.tools.pages import PAGES, ROOT, Shell, commands, document, examples, matches
from tests.tools.pastes import is_pasted

#: The modules that write a page of the reference.
GENERATED = (
    cli_reference,
    api_reference,
    exchange_page,
    kernels_page,
    layers_table,
    net_schema,
    problem_codes,
    quiz_schema,
    vocabulary,
    quizzes_page,
    zoo_listing,
    mistakes_page,
    zoo_page,
)


def refreshed(page: Document) -> str:
    """The page's text with the outputs that its examples print now."""
    edits = []
    for example in examples(page):
        if isinstance(example.parsed, str) and example.region.lexemes.get("arguments") == "console":
            start = example.region.start + example.region.lexemes["source"].offset
            edits.append((start, start + len(example.parsed), _session(example)))
        else:
            edits += _doctest(example)
    text = page.text
    for start, end, new in reversed(edits):
        text = text[:start] + new + text[end:]
    return text


def _session(example: Example) -> str:
    shell = example.namespace.setdefault("shell of this page", Shell())
    shown = ""
    for command in commands(example.parsed):
        got = shell.run(command.text, command.output)
        shown += f"$ {command.text}\n{command.output if matches(command.output, got) else got}"
    return shown


def _doctest(example: Example) -> list[tuple[int, int, str]]:
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            example.evaluate()
    except SybilFailure as failed:
        _, got_any, got = failed.result.partition("\nGot:\n") if isinstance(failed.result, str) else ("", "", "")
        if not got_any or not hasattr(example.parsed, "want"):
            raise
        new = "".join(line.removeprefix("    ") for line in got.splitlines(keepends=True))
        new = _FRAMES.sub(r"\1    ...\n", new)
        end = _end(example)
        return [(end - len(example.parsed.want), end, new)]
    return []


#: The calls of a traceback, which have the paths of this machine; doctest takes dots for them.
_FRAMES = re.compile(r"(Traceback \(most recent call last\):\n)(?: +.*\n)+")


def _end(example: Example) -> int:
    """Where a doctest ends: at its block's fence, an empty line or the next prompt. (Its region ends too soon.)"""
    text = example.document.text
    fence = text.index("\n```", example.region.start) + 1
    pattern: re.Pattern[str] = vars(doctest.DocTestParser)["_EXAMPLE_RE"]
    return present(pattern.match(text[:fence], example.region.start)).end()


def main() -> None:
    """Rewrite the named pages, or all of them."""
    for generated in GENERATED:
        generated.PAGE.write_text(generated.page(), encoding="utf-8")
    pictures.write()
    pages = [Path(word).resolve() for word in sys.argv[1:]] or PAGES
    os.environ["COLUMNS"] = "100"
    for page in (page for page in pages if is_pasted(page.read_text(encoding="utf-8"), ROOT)):
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "docs").symlink_to(ROOT / "docs")
            os.chdir(folder)
            before = page.read_text(encoding="utf-8")
            after = refreshed(document(page))
            os.chdir(ROOT)
        if after != before:
            page.write_text(after, encoding="utf-8")
            print(page.relative_to(ROOT))


if __name__ == "__main__":
    main()
