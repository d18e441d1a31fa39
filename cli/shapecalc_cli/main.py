"""The command ``shapecalc``: finds the commands, and turns every refusal into one line and an exit status."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable
from importlib import import_module
from inspect import cleandoc

# importing makes thousands of objects that stay: looking through them takes a tenth of a command's time
gc.set_threshold(50_000)

import typer  # noqa: E402  the line above is for this one and all that follow

from shapecalc_cli.output import say  # noqa: E402

#: The commands, each a function of the same name in a file of the same name, in the order of ``--help``.
COMMANDS = ("conv", "pool", "deconv", "net", "domain", "solve", "explain", "layers", "zoo", "verify", "grade", "train")

# the class of all mistakes in how a command is called; typer exports only its descendants
_UsageError: type[Exception] = typer.BadParameter.__mro__[1]


def application(*names: str) -> typer.Typer:
    """The command line with the named commands: all of them for help and completion, one to run it.

    Reading the options of every command takes longer than most commands do.
    """
    app = typer.Typer(
        name="shapecalc",
        add_completion=len(names) == len(COMMANDS),
        rich_markup_mode=None,  # rich would be imported by every --help; plain text does not need it
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback(invoke_without_command=True)(_version)
    for name in names:
        command = getattr(import_module(f"shapecalc_cli.{name}"), name)
        app.command(help=_help(command))(command)
    return app


def _help(command: Callable[..., None]) -> str:
    """The docstring for ``--help``: the lines of its examples stay as they are."""
    # a paragraph that begins with a backspace sign is not wrapped
    return cleandoc(command.__doc__ or "").replace("\n\nExample", "\n\n\b\nExample")


def _version(
    *,
    version: bool = typer.Option(False, "--version", help="Print the version and leave."),
) -> None:
    """What a convolutional network does to a tensor, before a weight is allocated, and why."""
    if version:
        from importlib.metadata import version as installed

        say(f"shapecalc {installed('shapecalc')}")
        raise typer.Exit


def main() -> None:
    """Run the command line: 0 when it worked, 1 when a check failed, 2 for input that cannot be understood."""
    from shapecalc.errors import ShapecalcError

    named = [sys.argv[1]] if len(sys.argv) > 1 and sys.argv[1] in COMMANDS else []
    completing = "_SHAPECALC_COMPLETE" in os.environ
    app = application(*(COMMANDS if completing else named or COMMANDS))
    try:
        status = app(sys.argv[1:] or ["--help"], prog_name="shapecalc", standalone_mode=completing)
    except ShapecalcError as refused:
        _leave(str(refused))
    except _UsageError as refused:
        said = refused.format_message().rstrip(".")  # type: ignore[attr-defined]  # every usage error has it
        _leave(f"{said}{'' if said[-1] == '?' else '.'} See {' '.join(['shapecalc', *named])} --help.")
    except typer.Abort:
        _leave("Stopped.", status=1)
    except KeyboardInterrupt:
        _leave("Stopped.", status=130)
    sys.exit(status if isinstance(status, int) else 0)


def _leave(message: str, *, status: int = 2) -> None:
    say(" ".join(message.split()), err=True)
    sys.exit(status)


if __name__ == "__main__":
    main()
