"""``shapecalc quiz lint``: what a teacher should know of a quiz before a student sees it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def quiz_lint(
    quiz: Annotated[Path, typer.Argument(metavar="QUIZ", help="The quiz: YAML or JSON, or quiz:NAME.")],
    *,
    sample: Annotated[
        int, typer.Option("--sample", min=1, max=2_000, help="How many variants of a question to search for mistakes.")
    ] = 50,
    matrix: Annotated[bool, typer.Option("--matrix", help="Show which mistakes give which numbers.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print the report as JSON, with the matrix.")] = False,
) -> None:
    """Check a quiz before students see it.

    Every variant must be legal. Mistakes should give wrong numbers, and not the same ones;
    the answers that the quiz gives as tests must be judged as their author expects. The status
    is 1 if there is an error.

    Examples:
      shapecalc quiz lint quiz.yaml
      shapecalc quiz lint quiz.yaml --sample 500 --matrix
    """
    from shapecalc.grading import lint, load_template
    from shapecalc_cli.output import progress_line, say_json, show

    with progress_line() as line:
        report = lint(
            load_template(quiz),
            sample=sample,
            progress=lambda done, total: line(f"looked at {done} of {total} questions"),
        )
    if json:
        say_json(report.as_dict())
    else:
        show(report.matrix() if matrix else report.page())
    if not report.is_fine:
        raise typer.Exit(1)
