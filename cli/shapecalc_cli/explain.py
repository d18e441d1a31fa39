"""``shapecalc explain``: the derivation of every number."""

from typing import Annotated

import typer

from shapecalc_cli.options import NO_LATEX, Batch, Device, Dtype, Optimizer, check_formats, setting


def explain(
    spec: Annotated[
        str, typer.Argument(metavar="SPEC", help="The layers, as torch writes them, or the path of a network file.")
    ],
    *,
    input_: Annotated[
        list[str] | None, typer.Option("--input", "-i", metavar="SHAPE", help="An input without the batch: 3x130x130.")
    ] = None,
    node: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Explain this node alone; may be repeated.")
    ] = None,
    batch: Batch = None,
    optimizer: Optimizer = None,
    dtype: Dtype = None,
    device: Device = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    latex: Annotated[bool, typer.Option("--latex", help="Print LaTeX.")] = False,
) -> None:
    """Every number of a network, derived: in letters, then in numbers.

    Examples:
      shapecalc explain "Conv2d(3, 10, 3) MaxPool2d(4)" --input 3x130x130
      shapecalc explain zoo:resnet50 --node conv1 --node layer1.0.conv2
      shapecalc explain "Conv2d(3, 10, 3) ReLU" -i 3x32x32 --optimizer adam
      shapecalc explain network.yaml --latex > network.tex
    """
    from shapecalc.derivations import explain as explained
    from shapecalc.errors import ShapeError
    from shapecalc.formats import open_net
    from shapecalc_cli.opening import read_inputs
    from shapecalc_cli.output import say, say_json, show
    from shapecalc_cli.partial import explain_before

    check_formats(json=json, latex=latex)
    words = setting(batch, optimizer, dtype, device, without=NO_LATEX if latex else "")
    net = open_net(spec, input_shape=read_inputs(input_))
    try:
        explanation = explained(net, nodes=node or (), **words)
    except ShapeError as refusal:
        explain_before(net, refusal, json=json, pages=not (node or latex))
        raise
    if json:
        say_json(explanation.as_dict())
    elif latex:
        say(explanation.latex())
    else:
        show(explanation.page())
