"""``shapecalc domain``: the legal inputs, and the layers that restrict them."""

from typing import Annotated

import typer


def domain(
    spec: Annotated[
        str, typer.Argument(metavar="SPEC", help="The layers, as torch writes them, or the path of a network file.")
    ],
    *,
    input_: Annotated[
        list[str] | None,
        typer.Option(
            "--input",
            "-i",
            metavar="SHAPE",
            help="The input with letters: 3xHxW. Numbers become letters, except channels.",
        ),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Which inputs a network accepts, and which layer requires what.

    Exits with status 1 if no input is legal, and names the conditions that exclude each other.

    Examples:
      shapecalc domain "Conv2d(3, 10, 3) MaxPool2d(4) Conv2d(10, 20, 5)" -i 3xHxW
      shapecalc domain "MaxPool2d(2) Conv2d(3, 8, 5) PixelUnshuffle(2)" -i 3xWxW
      shapecalc domain network.yaml --json
    """
    from shapecalc.errors import ShapeError
    from shapecalc.measures import measure
    from shapecalc.measures.misreading import input_words
    from shapecalc.solve import closed_form, with_letters
    from shapecalc_cli.opening import open_with_warnings, read_inputs
    from shapecalc_cli.output import say_json, show

    net = open_with_warnings(spec, input_shape=read_inputs(input_), shows_input=True)
    try:
        form = closed_form(with_letters(net))
    except ShapeError:
        measure(net)  # its own sizes may say better what is wrong
        raise
    if json:
        say_json({"input": form.report.net.input_text(), **form.domain.as_dict()})
    else:
        show(form.domain.page(heading=f"input {input_words(form.report.net)}"))
    if form.domain.conflict:
        raise typer.Exit(1)
