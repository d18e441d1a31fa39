"""``shapecalc layers``: what a layer computes."""

from typing import Annotated

import typer


def layers(
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="A layer, such as Conv2d; all of them, if absent.")
    ] = None,
    *,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """What a layer computes, or which layers there are.

    Examples:
      shapecalc layers
      shapecalc layers Conv2d
    """
    from shapecalc.derivations.description import describe, list_layers
    from shapecalc_cli.output import say_json, show

    answer = list_layers() if name is None else describe(name)
    say_json(answer.as_dict()) if json else show(answer.page())
