"""The application: the commands, and every refusal as one line and an exit status."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from importlib import import_module
from inspect import cleandoc
from typing import Any

import typer

from shapecalc_cli.output import leave, say, say_json
from shapecalc_cli.usage import Command, mistake

#: The commands, each a function of the same name in a file of the same name, in the order of ``--help``. A command of
#: two words is one of a group, and an underscore joins them in the names of its function and file.
COMMANDS = (
    "conv",
    "pool",
    "deconv",
    "net",
    "domain",
    "solve",
    "explain",
    "layers",
    "kernels",
    "filter",
    "zoo",
    "verify",
    "check",
    "lsp",
    "emit",
    "sheet",
    "draw",
    "serve",
    "site",
    "grade",
    "regrade",
    "decide",
    "receipt",
    "plan",
    "train",
    "predict",
    "features",
    "export",
    "quiz list",
    "quiz lint",
    "quiz preview",
    "quiz variants",
    "quiz take",
    "quiz export",
    "quiz import",
    "quiz links",
)

#: What the commands of a group are about.
GROUPS = {"quiz": "Look at a quiz before anyone takes it, and take it."}

#: What typer returns for an interrupted command.
INTERRUPTED = 130

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
        context_settings={"help_option_names": ["-h", "--help"], "token_normalize_func": _option_name},
    )
    app.callback(invoke_without_command=True)(_version)
    groups: dict[str, typer.Typer] = {}
    for name in names:
        group, _, word = name.rpartition(" ")
        if group and group not in groups:
            groups[group] = typer.Typer(rich_markup_mode=None, no_args_is_help=True)
            app.add_typer(groups[group], name=group, help=GROUPS[group])
        command = function_of(name)
        groups.get(group, app).command(word, help=_help(command), cls=Command)(command)
    return app


def function_of(name: str) -> Callable[..., None]:
    """The function of a command."""
    name = name.replace(" ", "_")
    function: Callable[..., None] = getattr(import_module(f"shapecalc_cli.{name}"), name)
    return function


def _option_name(name: str) -> str:
    """The name of an option, which may have torch's underscores: ``--kernel_size``."""
    return name.replace("_", "-")


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


def run() -> None:
    """Run the command that the arguments name."""
    from shapecalc.errors import ShapecalcError

    if sys.stdout is None:
        leave("The output is closed, so nothing can be printed.", status=1)
    names = _called(sys.argv[1:])
    completing = "_SHAPECALC_COMPLETE" in os.environ
    app = application(*(COMMANDS if completing else names or COMMANDS))
    try:
        status = app(_arguments(), prog_name="shapecalc", standalone_mode=completing)
    except ShapecalcError as error:
        _say_error(str(error), error)
        leave(str(error))
    except _UsageError as error:
        message = _usage(error, names)
        _say_error(message, error)
        leave(message)
    except typer.Abort:
        leave("Stopped.", status=1)
    except OSError as error:  # files that cannot be read are refusals
        leave(f"Cannot write the output: {error.strerror or error}.", status=1)
    if status == INTERRUPTED:
        raise KeyboardInterrupt
    sys.exit(status if isinstance(status, int) else 0)


def _called(words: list[str]) -> list[str]:
    """The command that the arguments begin with, or those of the group; none where there is no such command."""
    for count in (1, 2):
        if len(words) >= count and (name := " ".join(words[:count])) in COMMANDS:
            return [name]
    return [name for name in COMMANDS if words and name.startswith(f"{words[0]} ")]


def _arguments() -> list[str]:
    """The arguments; a text that begins as a list does, with a dash and a space, is no option, and an arrow is none.

    Without a command, or with a group alone, it is the help that is asked for.
    """
    words = [f" {argument}" if argument.startswith(("- ", "-\t", "->")) else argument for argument in sys.argv[1:]]
    return [*words, "--help"] if words in ([], *([group] for group in GROUPS)) else words


def _usage(error: Any, names: list[str]) -> str:
    """What is wrong with how a command is called, and what to try."""
    from shapecalc_cli.hints import unknown_option

    option = getattr(error, "option_name", "")
    context = error.ctx
    options = [] if context is None else [name for parameter in context.command.params for name in parameter.opts]
    hint = unknown_option(names[0], option, options) if names and option else ""
    if hint:
        return hint
    return mistake(error, names[0] if len(names) == 1 else names[0].partition(" ")[0] if names else "")


def _say_error(message: str, error: Exception) -> None:
    """With --json, a refusal as JSON too, on the stream that a program reads; not where CSV is asked for as well."""
    from shapecalc.errors import ShapeError

    if "--json" in sys.argv and "--csv" not in sys.argv:
        refused = {"refused": error.as_dict()} if isinstance(error, ShapeError) and error.node else {}
        say_json({**refused, "error": " ".join(message.split())})
