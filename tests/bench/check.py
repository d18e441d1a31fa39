"""``shapecalc check`` of a file of 100 lines: in process, as a command, and in the language server at a keystroke.

Pyrefly's check of the same file stands beside it.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from shapecalc.checking import check
from shapecalc.formats.source.programs import Source
from tests.bench.timing import forget, in_turn, line, ratio

ROUNDS = 15
FILE = Path(__file__).with_name("network_100_lines.py")


def run() -> None:
    """Print the times and their ratios; without Pyrefly, only against the start of a command."""
    source = Source.of_file(FILE)
    verdict = check(source).verdict
    if verdict != "fine":
        raise SystemExit(f"the file is {verdict}")
    command = str(Path(sys.executable).with_name("shapecalc"))
    cold, start = in_turn(
        lambda: _call(command, "check", str(FILE)), lambda: _call(sys.executable, "-c", "import typer"), ROUNDS
    )
    print(line("shapecalc check FILE", cold))
    print(line('python -c "import typer"', start))
    print(f"times slower: {ratio(cold, start):.2f}")
    hints, alone = in_turn(_keystroke(source.text), lambda: _checked(source), ROUNDS)
    print(line("from a keystroke to hints", hints))
    print(f"times the check alone: {ratio(hints, alone):.2f}")
    pyrefly = shutil.which("pyrefly", path=str(Path(sys.executable).parent))
    if pyrefly is None:
        print("Pyrefly is not installed: make peers")
        return
    ours, peer = in_turn(lambda: _checked(source), lambda: _call(pyrefly, "check", str(FILE)), ROUNDS)
    print(line("check, in process", ours))
    print(line("pyrefly check FILE", peer))
    print(f"times faster: {ratio(peer, ours):.1f}")


def _keystroke(text: str) -> Callable[[], None]:
    """What the language server does when the text changes: problems, and the shapes behind all lines."""
    from pygls.workspace import TextDocument  # noqa: PLC0415  the language server is an extra

    from shapecalc.checking.documents import DocumentPart, OpenFiles  # noqa: PLC0415  likewise
    from shapecalc.checking.server import diagnostics, hints  # noqa: PLC0415  likewise

    files, uri = OpenFiles(), FILE.as_uri()

    def typed() -> None:
        forget()
        result = files.check(uri, [DocumentPart(TextDocument(uri, text), 0, text.count("\n") + 1)])
        diagnosed, shown = [*diagnostics(result)], [*hints(result, 0, len(result.lines))]
        if diagnosed or not shown:
            raise SystemExit(f"{len(diagnosed)} problems and {len(shown)} hints")

    return typed


def _checked(source: Source) -> None:
    forget()
    check(source)


def _call(*command: str) -> None:
    subprocess.run(command, check=False, capture_output=True)  # noqa: S603  our own commands
