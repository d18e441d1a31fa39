"""``shapecalc quiz preview``: a quiz as a student sees it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def quiz_preview(
    quiz: Annotated[Path, typer.Argument(metavar="QUIZ", help="The quiz: YAML or JSON.")],
    *,
    seed: Annotated[
        str, typer.Option("--seed", help="Which variant, where numbers are drawn: any word or number.")
    ] = "1",
    keys: Annotated[bool, typer.Option("--keys", help="Show the keys too, and where they come from.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print the questions with their keys as JSON.")] = False,
) -> None:
    """Show a quiz as a student sees it, or with its keys.

    Examples:
      shapecalc quiz preview quiz.yaml
      shapecalc quiz preview quiz.yaml --seed 7 --keys
    """
    from shapecalc.grading import load_quiz
    from shapecalc_cli.output import say_json, show

    content = load_quiz(quiz, seed=seed)
    if json:
        say_json(content.as_dict())
    else:
        show(content.page() if keys else content.sheet())
