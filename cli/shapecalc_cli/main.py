"""The command ``shapecalc``: it runs a command, and turns every refusal into one line and an exit status."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable
from importlib import import_module
from inspect import cleandoc

# imports create thousands of permanent objects, and scanning them takes a tenth of a command's time
gc.set_threshold(50_000)

import typer  # noqa: E402  the line above must run before every other import

from shapecalc_cli.output import say  # noqa: E402

#: The commands, each a function of the same name in a file of the same name, in the order of ``--help``.
COMMANDS = ("conv", "pool", "deconv", "net", "domain", "solve", "explain", "layers", "zoo", "verify", "grade", "train")

# the base class of all usage errors; typer exports only its subclasses
_UsageError: type[Exception] = typer.BadParameter.__mro__[1]


def application(*names: str) -> typer.Typer:
    """The command line with the named commands: all commands for help and completion, only one to run it.

    Reading the options of every command takes longer than most commands need to run.
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
    """Run the command line. Exit status: 0 for success, 1 for a failed check, 2 for input that is not understood."""
    from shapecalc.errors import ShapecalcError

    names = [sys.argv[1]] if len(sys.argv) > 1 and sys.argv[1] in COMMANDS else []
    completing = "_SHAPECALC_COMPLETE" in os.environ
    app = application(*(COMMANDS if completing else names or COMMANDS))
    try:
        status = app(sys.argv[1:] or ["--help"], prog_name="shapecalc", standalone_mode=completing)
    except ShapecalcError as error:
        _leave(str(error))
    except _UsageError as error:
        message = error.format_message().rstrip(".")  # type: ignore[attr-defined]  # every usage error has it
        _leave(f"{message}{'' if message[-1] == '?' else '.'} See {' '.join(['shapecalc', *names])} --help.")
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
