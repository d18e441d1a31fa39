"""The command ``shapecalc``: registers the commands, and turns every refusal into one line and an exit status."""

from __future__ import annotations

import sys

import typer

from shapecalc_cli.conv import conv
from shapecalc_cli.deconv import deconv
from shapecalc_cli.explain import explain
from shapecalc_cli.grade import grade
from shapecalc_cli.layers import layers
from shapecalc_cli.net import net
from shapecalc_cli.output import say
from shapecalc_cli.pool import pool
from shapecalc_cli.train import train
from shapecalc_cli.verify import verify

# rich would be imported by every --help and every traceback; plain text needs neither
app = typer.Typer(
    name="shapecalc",
    help="What a convolutional network does to a tensor, before a weight is allocated, and why.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

for command in (conv, pool, deconv, net, explain, layers, verify, grade, train):
    app.command()(command)

_UsageError = typer.BadParameter.__mro__[1]


@app.callback(invoke_without_command=True)
def version(
    *,
    show: bool = typer.Option(False, "--version", help="Print the version and leave."),
) -> None:
    """What a convolutional network does to a tensor, before a weight is allocated, and why."""
    if show:
        from importlib.metadata import version as installed

        say(f"shapecalc {installed('shapecalc')}")
        raise typer.Exit


def main() -> None:
    """Run the command line: 0 when it worked, 1 when a check failed, 2 for input that cannot be understood."""
    from shapecalc.errors import ShapecalcError

    try:
        status = app(standalone_mode=False)
    except ShapecalcError as refused:
        _leave(str(refused))
    except _UsageError as refused:
        _leave(refused.format_message())  # type: ignore[attr-defined]  # every usage error has it
    except typer.Abort:
        _leave("Stopped.", status=1)
    except KeyboardInterrupt:
        _leave("Stopped.", status=130)
    except BrokenPipeError:
        sys.stderr.close()  # whoever read the output has left, as head does; Python would complain on exit
        sys.exit(0)
    sys.exit(status if isinstance(status, int) else 0)


def _leave(message: str, *, status: int = 2) -> None:
    say(" ".join(message.split()), err=True)
    sys.exit(status)


if __name__ == "__main__":
    main()
