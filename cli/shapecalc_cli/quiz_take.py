"""``shapecalc quiz take``: a quiz in the terminal, one question at a time."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from shapecalc.grading.practice import Practice
    from shapecalc.grading.quiz.question import Question


#: What may be typed besides an answer: in short, and what each does.
_COMMANDS = "Type an answer, or hint, show, skip, quit or help."
_HELP = """\
hint  shows the next step of the derivation, without the answer
show  gives up: shows the key and its derivation; the question earns no more points
skip  goes on to the next question
quit  ends, with your points and what to practise
Anything else is an answer. What cannot be read costs nothing."""


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

    Answer in a line, or type hint, show, skip or quit; help says what they do.

    Examples:
      shapecalc quiz take quiz:one-layer
      shapecalc quiz take quiz.yaml
      shapecalc quiz take quiz.yaml --seed 7 --resume answers.json
    """
    from shapecalc.grading import practice
    from shapecalc_cli.output import say, say_json, show

    sitting = practice.quiz(quiz, seed=seed)
    if resume is not None and resume.exists():
        sitting.resume(_saved(resume))
    open_questions = [question for question in sitting.quiz.questions if not sitting.is_done(question)]
    if not json:
        count, total = len(open_questions), len(sitting.quiz.questions)
        say(f"{sitting.quiz.title}: {f'{count} of ' if count < total else ''}{total} questions\n{_COMMANDS}")
    shown: tuple[str, ...] = ()
    for question in open_questions:
        if not json:
            show(sitting.sheet(question.id, has_net=question.exhibit != shown))
            shown = question.exhibit or shown
        if not _ask(sitting, question, resume, quiet=json):
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
    from shapecalc_cli.output import show

    while True:
        word = _typed(quiet=quiet)
        if word in ("quit", "skip"):
            return word == "skip"
        if word in ("", "help", "hint"):
            _help(practice, question, word, quiet=quiet)
            continue
        page = practice.give_up(question.id) if word == "show" else practice.check(question.id, word).page()
        if resume is not None:
            _save(practice, resume)
        if not quiet:
            show(page)
        if practice.is_done(question):
            return True


def _typed(*, quiet: bool) -> str:
    """What is typed behind the prompt; quit at the end of what is typed."""
    import sys

    if not quiet:
        sys.stdout.write("> ")
        sys.stdout.flush()
    line = sys.stdin.readline(4_000)
    if not line and not quiet:
        sys.stdout.write("\n")  # the prompt's line has not ended
    return line.strip() if line else "quit"


def _help(practice: Practice, question: Question, word: str, *, quiet: bool) -> None:
    """A hint, or what may be typed."""
    from shapecalc.page import Lines, Page
    from shapecalc_cli.output import say, show

    if word != "hint":
        say(_HELP if word else _COMMANDS, err=quiet)
    elif quiet:
        say(practice.hint(question.id), err=True)
    else:
        show(Page((Lines((practice.hint(question.id),)),)))


def _save(practice: Practice, path: Path) -> None:
    """Replace the file in one step, so that it is whole at any moment."""
    import json

    draft = path.with_name(f".{path.name}.draft")
    draft.write_text(json.dumps(practice.as_dict()), encoding="utf-8")
    draft.replace(path)
