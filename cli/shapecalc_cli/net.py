"""``shapecalc net``: a whole network as a table."""

from typing import Annotated, Any

import typer


def net(
    spec: Annotated[
        str, typer.Argument(metavar="SPEC", help="The layers, as torch writes them, or the path of a network file.")
    ],
    *,
    input_: Annotated[str | None, typer.Option("--input", "-i", help="The input without the batch: 3x130x130.")] = None,
    dtype: Annotated[str, typer.Option(help="The number type that memory is given for.")] = "float32",
    convention: Annotated[
        str | None,
        typer.Option(
            metavar="TOOL",
            help="Count work as another tool does, term by term: torch, fvcore, thop, ptflops, ptflops-aten, torchinfo "
            "or paper.",
        ),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """What each layer of a network gives, costs and sees, with totals.

    Examples:
      shapecalc net "Conv2d(3, 10, 3) MaxPool2d(4) Flatten LazyLinear(10)" --input 3x130x130
      shapecalc net "Conv2d(3, 10, 3) MaxPool2d(4)" --input 3xHxW
      shapecalc net "Conv2d(3, 10, 3) BatchNorm2d ReLU" --input 3x32x32 --convention fvcore
      shapecalc net network.yaml --json
    """
    from shapecalc.measure import measure
    from shapecalc.read import open_net
    from shapecalc_cli.output import say, say_json

    report = measure(open_net(spec, input_shape=input_ or ()), dtype=dtype)
    shown: Any = report
    if convention is not None:
        from shapecalc.measure.conventions import count

        shown = count(report, convention)
    if json:
        say_json(shown.as_dict())
    else:
        say(str(shown))
