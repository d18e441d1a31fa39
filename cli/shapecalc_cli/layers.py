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
    from shapecalc.derivations.description import catalogue, describe
    from shapecalc_cli.output import say, say_json

    if name is None:
        listed = catalogue()
        say_json(listed) if json else say("\n".join(f"{layer:<26}{does}" for layer, does in listed.items()))
    else:
        described = describe(name)
        say_json(described.as_dict()) if json else say(str(described))
