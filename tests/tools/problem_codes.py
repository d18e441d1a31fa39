"""docs/reference/problems.md: the codes of problems, written from their examples, which the tests run."""

from __future__ import annotations

from collections.abc import Mapping

from shapecalc.checking.codes import ERRORS, WARNINGS
from tests.checking.problem_examples import EXAMPLES, HEAD
from tests.tools.pages import ROOT

PAGE = ROOT / "docs" / "reference" / "problems.md"

TITLE = f"""\
<!-- Written by python -m tests.tools.refresh_docs from tests/checking/problem_examples.py. -->

# Problems in source code

What [`shapecalc check`](../how-to/check-source.md) reports, by code, each with a network that has the problem and what
to write there. Every network begins with these imports:

<!-- not run: the files below are read, and run by the tests -->
```python
{HEAD}```

"""


def page() -> str:
    """The page."""
    errors = "## Errors\n\nWith one of these a network is wrong, and the exit status is 1.\n\n"
    warnings = (
        "## Warnings\n\nThe network runs, but this is surely not meant. `--ignore CODE` leaves out those of a code, "
        "and a comment `# shapecalc: ignore[CODE]` the one on its line.\n\n"
    )
    return f"{TITLE}{errors}{_sections(ERRORS)}\n{warnings}{_sections(WARNINGS)}"


def _sections(codes: Mapping[str, str]) -> str:
    return "\n".join(_section(code, summary) for code, summary in codes.items())


def _section(code: str, summary: str) -> str:
    example = EXAMPLES[code]
    shape = "x".join(map(str, example.input))
    right = [line for line in example.text(example.right).split("\n") if line]
    wrong = example.text(example.wrong)
    changed = "\n".join(line for line in right if line not in wrong.split("\n"))
    return (
        f"### {code}\n\n{summary} With inputs of {shape}:\n\n"
        f"<!-- not run: it is read, and run by the tests -->\n```python\n{wrong}```\n\nRight is:\n\n"
        f"<!-- not run: it is read, and run by the tests -->\n```python\n{changed}\n```\n"
    )
