"""The pages of the documentation and how their examples run; the tests and refresh_docs share this."""

from __future__ import annotations

import contextlib
import doctest
import io
import re
import shlex
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from shapecalc_cli.main import main
from sybil import Document, Example
from sybil.parsers.markdown import CodeBlockParser, PythonCodeBlockParser

from tests.tools.pastes import pastes

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]

#: Blocks whose content runs, and blocks that are only shown.
RUN, SHOWN = ("console", "python", "yaml"), ("csv", "json", "latex", "mermaid", "nginx", "sh", "text")
#: A comment right before a block that says why it does not run.
_NOT_RUN = re.compile(r"<!-- not run: [^\n]+ -->\n+\Z")
_FENCE = re.compile(r"^```(\S*)[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_FILE = re.compile(r"# (\S+\.ya?ml)\n")
#: "..." in what a page shows stands for anything.
_FLAGS = doctest.ELLIPSIS


@dataclass(frozen=True)
class Command:
    """A command of a shell session with the output that the page shows."""

    text: str
    output: str

    def __str__(self) -> str:
        return f"$ {self.text}\n{self.output}"


def commands(session: str) -> Iterator[Command]:
    """The commands of a session; one with an open quote goes on in the next line."""
    lines = session.splitlines(keepends=True)
    while lines:
        text = lines.pop(0)
        if not text.startswith("$ "):
            raise ValueError(f"A session starts with a command, not with {text!r}.")
        while _open(text) and lines:
            text += lines.pop(0)
        shown = ""
        while lines and not lines[0].startswith("$ "):
            shown += lines.pop(0)
        yield Command(text.removeprefix("$ ").rstrip("\n"), shown)


def _open(text: str) -> bool:
    try:
        shlex.split(text)
    except ValueError:
        return True
    return False


class Shell:
    """Runs the few commands that pages show: shapecalc itself (in this process), ``cat FILE`` and ``echo $?``."""

    def __init__(self) -> None:
        self.status = 0

    def run(self, command: str, shown: str = "") -> str:
        """What the command prints, errors included; what the page shows behind "> " is typed, as in a terminal."""
        match shlex.split(command):
            case ["shapecalc", *words]:
                return self._shapecalc(words, [line[2:] for line in shown.splitlines() if line.startswith("> ")])
            case ["cat", path]:
                return Path(path).read_text(encoding="utf-8")
            case ["echo", "$?"]:
                return f"{self.status}\n"
        raise ValueError(f"A page cannot run {command!r}; put <!-- not run: why --> before the block.")

    def _shapecalc(self, words: list[str], typed: list[str]) -> str:
        raw = io.BytesIO()
        out = io.TextIOWrapper(raw, encoding="utf-8", write_through=True)
        called = patch.object(sys, "argv", ["shapecalc", *words])
        keyboard = patch.object(sys, "stdin", _Keyboard(typed, out))
        with called, keyboard, contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
            try:
                main()
            except SystemExit as left:
                self.status = int(left.code or 0)
        return raw.getvalue().decode()


class _Keyboard(io.StringIO):
    """Lines that somebody types, each of which the terminal shows."""

    def __init__(self, lines: list[str], screen: io.TextIOWrapper) -> None:
        super().__init__("".join(f"{line}\n" for line in lines))
        self._screen = screen

    def readline(self, size: int | None = -1, /) -> str:  # type: ignore[override]  # as StringIO itself
        line = super().readline(-1 if size is None else size)
        self._screen.write(line)
        return line


def _session(example: Example) -> str:
    """Run a console block; the differences, or ""."""
    shell = example.namespace.setdefault("shell of this page", Shell())
    for command in commands(example.parsed):
        got = shell.run(command.text, command.output)
        if not matches(command.output, got):
            return f"$ {command.text}\nExpected:\n{command.output}Got:\n{got}"
    return ""


def matches(shown: str, got: str) -> bool:
    """Whether an output is the one shown."""
    return doctest.OutputChecker().check_output(shown, got, _FLAGS)


def _file(example: Example) -> str:
    """Write a yaml block that begins with the name of a file to that file."""
    named = _FILE.match(example.parsed)
    if named:
        Path(named[1]).write_text(example.parsed, encoding="utf-8")
    return ""


PARSERS = (
    PythonCodeBlockParser(doctest_optionflags=_FLAGS),
    CodeBlockParser("console", _session),
    CodeBlockParser("yaml", _file),
)


def document(page: Path) -> Document:
    """The page, ready to run its examples in order."""
    return Document.parse(str(page), *PARSERS)


def examples(page: Document) -> Iterator[Example]:
    """The page's examples, without those that a comment takes out and those that a reader pastes into a file."""
    taken_out = [block.span() for block in _FENCE.finditer(page.text) if _NOT_RUN.search(page.text[: block.start()])]
    taken_out += [paste.span for paste in pastes(page.text)]
    for example in page.examples():
        if not any(start <= example.region.start < end for start, end in taken_out):
            yield example


def unrunnable(text: str) -> list[str]:
    """What is wrong with the blocks of a page: languages unknown here, and sessions passed off as text."""
    found = []
    for block in _FENCE.finditer(text):
        language, content = block.groups()
        line = text[: block.start()].count("\n") + 1
        if language not in (*RUN, *SHOWN):
            found.append(f"line {line}: a block of {language or 'no language'}")
        elif language in SHOWN and content.startswith(("$ ", ">>> ")):
            found.append(f"line {line}: a session in a block of {language}")
    return found
