"""docs/reference/cli.md, written from the commands' own --help."""

from __future__ import annotations

from shapecalc_cli.application import COMMANDS

from tests.tools.pages import ROOT, Shell

PAGE = ROOT / "docs" / "reference" / "cli.md"

HEAD = """\
<!-- Written by python -m tests.tools.refresh_docs from the commands' own --help; change it there. -->

# The command line

Each command prints a table or a text. `--json` prints the same as JSON: see [JSON](json.md). `shapecalc --version`
prints the version; `shapecalc --install-completion` sets up completion with the tab key for your shell.

| exit status | when |
| --- | --- |
| 0 | success |
| 1 | a check failed: `verify` found a difference, `check` a mistake, `domain` no input; the output cannot be written |
| 2 | the input cannot be understood, or a layer refuses its input |
| 130 | the command was interrupted |

A mistake is reported in one line on the error stream: the reason, the place, the numbers, and what to try. On a
terminal that cannot show signs such as ⌊ and ×, the output is plain ASCII. There are no colours.
"""


def page() -> str:
    """The page as it should be."""
    sections = [HEAD, _section("shapecalc")]
    sections += [_section(f"shapecalc {name}") for name in COMMANDS]
    return "\n".join(sections)


def _section(command: str) -> str:
    shown = Shell().run(f"{command} --help")
    return f"## {command}\n\n```console\n$ {command} --help\n{shown}```\n"
