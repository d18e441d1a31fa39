"""``shapecalc check``: the verdict on source code, which is read and never run."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapecalc.checking.files import CheckOptions
    from shapecalc.checking.verdict import FileCheck
    from shapecalc.formats.source.programs import Source
    from shapecalc.layers import Shape


class Format(StrEnum):
    """How the verdicts are printed."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"
    SARIF = "sarif"


def check(
    files: Annotated[
        list[str], typer.Argument(metavar="FILES", help="Python files, notebooks or folders; - reads standard input.")
    ],
    *,
    class_: Annotated[str, typer.Option("--class", help="Check only this class.")] = "",
    call: Annotated[str, typer.Option("--call", help="How the network is built: Net(num_classes=10).")] = "",
    input_: Annotated[
        list[str] | None, typer.Option("--input", "-i", help="An input without the batch: 1x28x28.")
    ] = None,
    root: Annotated[str, typer.Option("--root", help="The folder from which the files may import others.")] = "",
    fix: Annotated[bool, typer.Option("--fix", help="Print the repairs as a unified diff.")] = False,
    write: Annotated[bool, typer.Option("--write", help="Make the repairs in the files.")] = False,
    ignore: Annotated[list[str] | None, typer.Option("--ignore", help="Leave out warnings of this code.")] = None,
    format_: Annotated[Format, typer.Option("--format", help="How the verdicts are printed.")] = Format.TEXT,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    jobs: Annotated[
        int, typer.Option("--jobs", min=0, help="How many processes share the files; 0: one a processor.")
    ] = 0,
) -> None:
    """Find the shape errors in source code, which is not run.

    Exits with status 1 where a network is wrong, and with 3 where it cannot tell.

    Example:
      shapecalc check net.py
      shapecalc check net.py --class Net --input 1x28x28
      shapecalc check net.py --fix
    """
    from shapecalc.checking.codes import WARNINGS
    from shapecalc.checking.files import CheckOptions, Checks, check_files, sources
    from shapecalc.errors import check_choice

    for code in ignore or []:
        check_choice("check", "--ignore", code, WARNINGS)
    options = CheckOptions(class_, call, _shapes(input_ or []), frozenset(ignore or []), domains=True)
    programs = sources(files, root=root)
    if fix or write:
        _repair(programs, options, write=write)
        return
    kind = Format.JSON if json else format_
    results = []
    for result in check_files(programs, options, jobs=jobs):
        _print_now(result, kind)
        results.append(result)
    _print_at_the_end(results, kind)
    status = Checks(tuple(results)).status
    if status:
        raise typer.Exit(status)


def _shapes(texts: Sequence[str]) -> tuple[Shape, ...]:
    if not texts:
        return ()  # the reader of shapes takes longer to import than a file of a few lines to check
    from shapecalc.formats.text.shapes import read_shape

    return tuple(map(read_shape, texts))


def _print_now(result: FileCheck, kind: Format) -> None:
    from shapecalc_cli.output import say, show

    if kind is Format.TEXT:
        from shapecalc.checking.page import page

        show(page(result))
    elif kind is Format.GITHUB:
        from shapecalc.checking.annotations import github_commands

        for command in github_commands([result]):
            say(command)


def _print_at_the_end(results: Sequence[FileCheck], kind: Format) -> None:
    from shapecalc_cli.output import say_json

    if kind is Format.JSON:
        from shapecalc.checking.files import Checks

        say_json(Checks(tuple(results)).as_dict())
    elif kind is Format.SARIF:
        from importlib.metadata import version

        from shapecalc.checking.annotations import sarif

        say_json(sarif(results, version("shapecalc")))


def _repair(programs: Sequence[Source], options: CheckOptions, *, write: bool) -> None:
    """Print the repairs of files, or make them.

    Raises:
        Exit: with the status of what is then still wrong or not known.
    """
    from shapecalc.checking import fixes
    from shapecalc.checking.files import Checks
    from shapecalc_cli.output import say

    results = []
    for source in programs:
        changed = fixes.fixed(source, options.check)
        results.append(options.check(changed))
        difference = fixes.diff(source, changed)
        if not difference:
            continue
        if write and source.path != "-":
            fixes.write(source, changed)
            say(f"{source.path}: repaired.")
        else:
            say(difference.removesuffix("\n"))
    status = Checks(tuple(results)).status
    if status:
        raise typer.Exit(status)
