"""``shapecalc check``: the verdict on source code, which is read and never run."""

from __future__ import annotations

from typing import Annotated

import typer


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
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Find the shape errors in source code, which is not run.

    Exits with status 1 where a network is wrong, and with 3 where it cannot tell.

    Example:
      shapecalc check net.py
      shapecalc check net.py --class Net --input 1x28x28
    """
    from shapecalc.checking.files import check_files
    from shapecalc_cli.output import say_json, show

    result = check_files(files, name=class_, call=call, inputs=input_ or [])
    if json:
        say_json(result.as_dict())
    else:
        for page in result.pages():
            show(page)
    if result.status:
        raise typer.Exit(result.status)
