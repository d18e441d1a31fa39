"""``shapecalc receipt``: the verdicts of a receipt, once more."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def receipt(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The receipt: JSON.")],
    *,
    quiz: Annotated[
        Path | None, typer.Option(metavar="QUIZ", help="The quiz, where it does not lie where the receipt says.")
    ] = None,
    train: Annotated[
        bool, typer.Option("--train", help="Train networks again; else what the receipt says of trainings is believed.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print what came out as JSON.")] = False,
) -> None:
    """Come to the verdicts of a receipt again, byte for byte.

    Exit status: 0 where every byte is the same, 1 where one differs.

    Example:
      shapecalc receipt receipts/Ada.json
    """
    from importlib.metadata import version

    from shapecalc.grading import load_template
    from shapecalc.grading.book.receipts import replay
    from shapecalc_cli.output import say, say_json
    from shapecalc_cli.training import trainer_for

    trainer = trainer_for(train)
    outcome = replay(file, load_template, quiz=quiz, version=version("shapecalc"), trainer=trainer)
    if json:
        say_json(outcome._asdict())
    else:
        words = "every byte comes out again" if outcome.is_same else f"it differs: {outcome.difference}"
        say(f"{outcome.student}: {words}.")
    raise typer.Exit(0 if outcome.is_same else 1)
