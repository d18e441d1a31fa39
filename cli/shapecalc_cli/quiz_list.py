"""``shapecalc quiz list``: the quizzes that come with shapecalc."""

from __future__ import annotations

from typing import Annotated

import typer


def quiz_list(*, json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """List the quizzes that come with shapecalc.

    Every command that takes a quiz takes one of these as quiz:NAME.

    Examples:
      shapecalc quiz list
      shapecalc quiz take quiz:one-layer
    """
    from shapecalc.grading import shelf
    from shapecalc_cli.output import say_json, show

    quizzes = shelf()
    say_json(quizzes.as_dict()) if json else show(quizzes.page())
