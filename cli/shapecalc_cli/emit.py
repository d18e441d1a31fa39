"""``shapecalc emit``: a network as source code."""

from __future__ import annotations

from typing import Annotated

import typer


def emit(
    spec: Annotated[
        str, typer.Argument(metavar="SPEC", help="The layers, as torch writes them, or the path of a network file.")
    ],
    *,
    input_: Annotated[
        list[str] | None, typer.Option("--input", "-i", metavar="SHAPE", help="An input without the batch: 3x130x130.")
    ] = None,
    class_name: Annotated[
        str, typer.Option("--class-name", metavar="NAME", help="The name of the class; by default Net.")
    ] = "",
    to: Annotated[str, typer.Option("--to", metavar="torch|keras", help="Write for torch, or for Keras 3.")] = "torch",
    output: Annotated[
        str | None, typer.Option("--output", "-o", metavar="FILE", help="Write into a file instead.")
    ] = None,
) -> None:
    """Write a network as source code for torch, or for Keras.

    One class, and one for each block that repeats. The source needs torch alone. Its weights have the names of the
    nodes, and comments have the shapes.

    Examples:
      shapecalc emit "Conv2d(3, 10, 3) ReLU MaxPool2d(4)" --input 3x130x130
      shapecalc emit zoo:resnet50 -o resnet50.py --class-name ResNet50
      shapecalc emit zoo:lenet5 --to keras
      shapecalc emit network.yaml
    """
    from shapecalc.emission import emit as emitted
    from shapecalc_cli.opening import open_with_warnings, read_inputs
    from shapecalc_cli.output import say

    text = emitted(open_with_warnings(spec, input_shape=read_inputs(input_)), class_name=class_name, to=to)
    if output is None:
        say(text.rstrip("\n"))
        return
    with open(output, "w", encoding="utf-8") as file:  # noqa: PTH123  typer gives a text
        file.write(text)
    say(f"Wrote {output}: {text.count(chr(10))} lines.")
