"""``shapecalc draw``: a picture of a net."""

from __future__ import annotations

from typing import Annotated

import typer


def draw(
    spec: Annotated[
        str,
        typer.Argument(
            metavar="SPEC", help="The layers, as torch writes them, or the path of a network or a Python file."
        ),
    ],
    *,
    input_: Annotated[
        list[str] | None, typer.Option("--input", "-i", metavar="SHAPE", help="An input without the batch: 3x130x130.")
    ] = None,
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="FILE", help="The file to write: .svg, .html or .png.")
    ] = "net.svg",
    depth: Annotated[
        int | None, typer.Option(metavar="N", help="Fold blocks: 1 for a box layer1, 2 for layer1.0.")
    ] = None,
    apart: Annotated[
        bool, typer.Option("--apart", help="A box for each layer, activations and norms as well.")
    ] = False,
    field: Annotated[
        str | None,
        typer.Option(metavar="NODE[Y,X]", help="Draw what this output sees instead: its positions of the input."),
    ] = None,
    image: Annotated[
        str | None, typer.Option(metavar="FILE", help="With --field: an image to draw it on, scaled to the input.")
    ] = None,
    arithmetic: Annotated[
        bool,
        typer.Option("--arithmetic", help="Draw how a layer, or a short chain, computes instead: output by output."),
    ] = False,
    numbers: Annotated[
        bool, typer.Option("--numbers", help="With --arithmetic: numbers in the cells of a convolution or a pooling.")
    ] = False,
    layout: Annotated[
        str, typer.Option(metavar="NAME", help="The program that finds the places: dot, grandalf or auto.")
    ] = "auto",
) -> None:
    """Draw a network, with the shapes between its layers.

    Boxes have the parameters and the work of the layers. Blocks that stand several times one behind the other are drawn
    once. A network that a layer refuses is drawn up to that layer, with what to try. Places are found by graphviz,
    where it is installed, or by the extra: pip install 'shapecalc[draw]'. A PNG needs Chromium or graphviz.

    Examples:
      shapecalc draw "Conv2d(3, 10, 3) MaxPool2d(4)" --input 3x130x130 -o net.svg
      shapecalc draw zoo:resnet50 --depth 2 -o resnet50.html
      shapecalc draw net.py:Net --input 3x224x224 -o net.png
      shapecalc draw zoo:resnet50 --field "layer3.0.conv2[7,7]" --image cat.jpg
      shapecalc draw "Conv2d(1, 1, 3, padding=1)" -i 1x5x5 --arithmetic
    """
    from shapecalc.drawing import draw as drawn
    from shapecalc.drawing import draw_arithmetic, draw_footprint
    from shapecalc.drawing.files import save
    from shapecalc.errors import RefusedSourceError, SpecError
    from shapecalc_cli.opening import open_with_warnings, read_inputs
    from shapecalc_cli.output import say

    refused: RefusedSourceError | None = None
    try:
        net = open_with_warnings(spec, input_shape=read_inputs(input_))
    except RefusedSourceError as error:
        net, refused = error.net, error
    if field is None and image is not None:
        raise SpecError("--image is what a field is drawn on; add the output that sees it, as in --field conv1[3,4].")
    if numbers and not arithmetic:
        raise SpecError("--numbers are those of a layer's arithmetic; add --arithmetic.")
    if field is not None and arithmetic:
        raise SpecError("--field and --arithmetic are two pictures; draw one at a time.")
    other = "--field" if field is not None else "--arithmetic" if arithmetic else ""
    if other and (depth is not None or apart or layout != "auto"):
        raise SpecError(f"--depth, --apart and --layout are about the graph of a net; leave them out with {other}.")
    if field is not None:
        picture = draw_footprint(net, field, image=image)
    elif arithmetic:
        picture = draw_arithmetic(net, numbers=numbers)
    else:
        picture = drawn(net, depth=depth, apart=apart, layout=layout)
    say(f"{save(picture, output)}  {picture.title}")
    if picture.refusal is not None:
        raise refused or picture.refusal
