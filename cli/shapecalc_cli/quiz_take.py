"""``shapecalc quiz take``: a quiz in the terminal, one question at a time."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from shapecalc.grading.practice import Practice
    from shapecalc.grading.quiz.question import Question


def quiz_take(
    quiz: Annotated[Path, typer.Argument(metavar="QUIZ", help="The quiz: YAML or JSON, or quiz:NAME.")],
    *,
    seed: Annotated[
        str, typer.Option("--seed", help="Which variant, where numbers are drawn: any word or number.")
    ] = "1",
    resume: Annotated[
        Path | None, typer.Option("--resume", help="A file that keeps the answers: go on where it ends.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the points and answers at the end as JSON.")] = False,
) -> None:
    """Take a quiz, with hints, and see what to practise.

    Answer in a line, or type hint, skip, show or quit. A hint is the next part of the
    derivation; show gives up and shows the key.

    Examples:
      shapecalc quiz take quiz:one-layer
      shapecalc quiz take quiz.yaml
      shapecalc quiz take quiz.yaml --seed 7 --resume answers.json
    """
    from shapecalc.grading import practice
    from shapecalc_cli.output import say_json, show

    sitting = practice.quiz(quiz, seed=seed)
    if resume is not None and resume.exists():
        sitting.resume(_saved(resume))
    for question in sitting.quiz.questions:
        if not sitting.is_done(question) and not _ask(sitting, question, resume, quiet=json):
            break
    if resume is not None:
        _save(sitting, resume)
    if json:
        say_json(sitting.as_dict())
    else:
        show(sitting.page())


def _saved(path: Path) -> object:
    from shapecalc.formats.document.files import from_json
    from shapecalc.formats.text.files import read_text

    return from_json(read_text(path), str(path))


def _ask(practice: Practice, question: Question, resume: Path | None, *, quiet: bool) -> bool:
    """Ask until a question is done or skipped; False to stop."""
    import sys

    from shapecalc_cli.output import say, show

    if not quiet:
        show(practice.sheet(question.id))
    while True:
        if not quiet:
            sys.stdout.write("> ")
            sys.stdout.flush()
        line = sys.stdin.readline(4_000)
        word = line.strip()
        if not line or word == "quit":
            return False
        if word == "skip":
            return True
        if word == "hint":
            say(practice.hint(question.id), err=quiet)
            continue
        page = practice.give_up(question.id) if word == "show" else practice.check(question.id, word).page()
        if resume is not None:
            _save(practice, resume)
        if not quiet:
            show(page)
        if practice.is_done(question):
            return True


def _save(practice: Practice, path: Path) -> None:
    """Replace the file in one step, so that it is whole at any moment."""
    import json

    draft = path.with_name(f".{path.name}.draft")
    draft.write_text(json.dumps(practice.as_dict()), encoding="utf-8")
    draft.replace(path)
