"""``shapecalc quiz export``: a quiz in the format of the place where it is asked."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def quiz_export(
    quiz: Annotated[Path, typer.Argument(metavar="QUIZ", help="The quiz: YAML or JSON, or quiz:NAME.")],
    *,
    to: Annotated[
        str,
        typer.Option(
            "--to",
            metavar="FORMAT",
            help="moodle, gift, canvas, qti21, qti3, aiken, gradescope, nbgrader, otter; html or pdf for paper.",
        ),
    ],
    output: Annotated[Path, typer.Option("-o", "--output", metavar="FILE", help="The file that is written.")],
    variants: Annotated[
        int, typer.Option("--variants", min=1, max=1_000, help="The most variants of a question.")
    ] = 30,
    wheels: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="For gradescope: packages for its Python, from pip download; by default, what is installed here.",
        ),
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Write nothing, with status 1, if the format cannot say all of it.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print what the format cannot say as JSON.")] = False,
) -> None:
    """Write a quiz for Moodle, Canvas, Gradescope, notebooks or paper.

    Variants become a bank from which each student gets one; wrong numbers of mistakes with a
    name get their words. What the format cannot say is listed, with the consequence.

    Examples:
      shapecalc quiz export quiz:one-layer --to moodle -o one-layer.xml
      shapecalc quiz export quiz.yaml --to canvas --variants 10 -o quiz.zip
      shapecalc quiz export quiz.yaml --to html -o paper.html
    """
    from shapecalc.grading import load_template
    from shapecalc.grading.exchange.export import export_quiz
    from shapecalc_cli.output import say, say_json, show

    export = export_quiz(load_template(quiz), to, variants=variants, wheels=wheels)
    is_written = export.is_complete or not strict
    if is_written:
        for path in export.save(output):
            say(str(path), err=json)
    if json:
        say_json(export.as_dict())
    else:
        show(export.page())
    if not is_written:
        say("Nothing is written: --strict.", err=True)
        raise typer.Exit(1)
