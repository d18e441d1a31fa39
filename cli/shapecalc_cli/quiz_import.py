"""``shapecalc quiz import``: a draft of a quiz from a file of Moodle, Canvas or QTI."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def quiz_import(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Moodle XML, GIFT, or QTI 1.2 or 2.1 as XML or .zip.")],
    *,
    output: Annotated[Path, typer.Option("-o", "--output", metavar="QUIZ", help="The quiz file that is written.")],
    strict: Annotated[
        bool, typer.Option("--strict", help="Write nothing, with status 1, if something could not be read.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print the draft and what was not read as JSON.")] = False,
) -> None:
    """Make a draft of a quiz from another place's file.

    Keys stay as they were typed there. What could not be read stands in front of the draft,
    and is listed.

    Examples:
      shapecalc quiz import bank.xml -o quiz.yaml
      shapecalc quiz import export.zip -o quiz.yaml --strict
    """
    from shapecalc.grading.exchange.importing import import_quiz
    from shapecalc_cli.output import say, say_json, show

    draft = import_quiz(file)
    is_written = not (strict and draft.remarks)
    if is_written:
        draft.save(output)
        say(str(output), err=json)
    if json:
        say_json(draft.as_dict())
    else:
        show(draft.page())
    if not is_written:
        say("Nothing is written: --strict.", err=True)
        raise typer.Exit(1)
