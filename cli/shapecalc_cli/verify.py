"""``shapecalc verify``: the engine compared with torch."""

from __future__ import annotations

from typing import Annotated

import typer


def verify(
    spec: Annotated[
        str, typer.Argument(metavar="SPEC", help="The layers, as torch writes them, or the path of a network file.")
    ],
    *,
    input_: Annotated[
        list[str] | None, typer.Option("--input", "-i", metavar="SHAPE", help="An input without the batch: 3x130x130.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Compare every number of a network with torch's.

    Builds the network in torch without allocating a weight. Compares shapes,
    parameters, MACs, and the bytes that autograd saves of a batch of 2
    ("≤" where torch chooses by device). Exits with status 1 if the two disagree.
    Needs the extra: pip install 'shapecalc[torch]'.

    Example:
      shapecalc verify "Conv2d(3, 10, 3) MaxPool2d(4)" --input 3x130x130
    """
    from shapecalc.pytorch import verify as verified
    from shapecalc_cli.opening import open_with_warnings, read_inputs
    from shapecalc_cli.output import say_json, show

    verification = verified(open_with_warnings(spec, input_shape=read_inputs(input_)))
    if json:
        say_json(verification.as_dict())
    else:
        show(verification.page())
    if not verification.ok:
        raise typer.Exit(1)
