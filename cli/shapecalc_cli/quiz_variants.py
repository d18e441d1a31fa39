"""``shapecalc quiz variants``: the numbers that students get, with the keys."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def quiz_variants(
    quiz: Annotated[Path, typer.Argument(metavar="QUIZ", help="The quiz: YAML or JSON, or quiz:NAME.")],
    *,
    count: Annotated[int, typer.Option("--count", "-n", min=1, max=10_000, help="How many variants to show.")] = 10,
    json: Annotated[bool, typer.Option("--json", help="Print numbers and keys as JSON.")] = False,
) -> None:
    """List variants of a quiz, with their keys.

    Each has the numbers that are drawn for a seed, from 1 on; none is shown twice. What
    students get depends on a secret of the gradebook.

    Examples:
      shapecalc quiz variants quiz.yaml
      shapecalc quiz variants quiz.yaml -n 100 --json
    """
    from shapecalc.grading import Variants, load_template
    from shapecalc_cli.output import say_json, show

    variants = Variants.of(load_template(quiz), count)
    if json:
        say_json(variants.as_dict())
    else:
        show(variants.page())
