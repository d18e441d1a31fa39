"""``shapecalc solve``: layers, inputs, depths or sizes for a given result."""

from functools import partial
from typing import Annotated

import typer

from shapecalc_cli.options import DILATION, KERNEL, OUTPUT_PADDING, PADDING, STRIDE

#: Options by the question that they belong to.
_window = partial(typer.Option, rich_help_panel="For two sizes")
_layers = partial(typer.Option, rich_help_panel="For layers")
_memory = partial(typer.Option, rich_help_panel="For layers and memory")


def solve(
    question: Annotated[
        str,
        typer.Argument(
            metavar="QUESTION", help='Two sizes, such as "227 -> 55" or 227 55, or layers, a file or zoo:NAME.'
        ),
    ],
    after: Annotated[
        list[str] | None, typer.Argument(metavar="[SIZE]", help="The second of two sizes, if not in the question.")
    ] = None,
    *,
    layer: Annotated[
        str | None, _window("--layer", metavar="NAME", help="conv (the default), pool, avgpool or deconv.")
    ] = None,
    k: Annotated[str | None, _window(*KERNEL, metavar="F", help="Kernel sizes to try: 3, 3..7 or 1,3,5.")] = None,
    s: Annotated[str | None, _window(*STRIDE, metavar="S", help="Strides to try.")] = None,
    p: Annotated[str | None, _window(*PADDING, metavar="P", help="Paddings to try.")] = None,
    d: Annotated[str | None, _window(*DILATION, metavar="D", help="Dilations to try.")] = None,
    a: Annotated[
        str | None, _window(*OUTPUT_PADDING, metavar="A", help="Output paddings to try, of deconv alone.")
    ] = None,
    ceil: Annotated[bool, _window("--ceil", help="Poolings that keep a window over the end (ceil_mode).")] = False,
    dims: Annotated[int | None, _window("--dims", min=1, max=3, help="How many axes a single size has.")] = None,
    all_layers: Annotated[bool, _window("--all", help="Print all layers, not only the ten simplest.")] = False,
    input_: Annotated[
        str | None, _layers("--input", "-i", metavar="SHAPE", help="Their input, with letters: 3xHxW.")
    ] = None,
    output: Annotated[
        str | None, _layers("--output", "-o", metavar="SHAPE", help="Find the inputs that give this output: 20x16x16.")
    ] = None,
    field: Annotated[
        str | None, _layers("--field", metavar="N", help="Find the smallest value of a letter with a field so large.")
    ] = None,
    parameters: Annotated[
        str | None, _layers("--parameters", metavar="N", help="Find the largest value with at most so many: 25.6M.")
    ] = None,
    macs: Annotated[str | None, _layers("--macs", metavar="N", help="Likewise multiply-accumulates: 4.1G.")] = None,
    restore: Annotated[
        bool, _layers("--restore", help="Of one layer: the transposed convolution that gives --input back.")
    ] = False,
    repeat: Annotated[
        bool, _layers("--repeat", help="Find how often they must be repeated to reach --field; i counts from 0.")
    ] = False,
    memory: Annotated[
        str | None, _memory("--memory", metavar="BYTES", help='Find the largest value that fits: "2 GiB".')
    ] = None,
    training: Annotated[bool, _memory("--training", help="The memory of a training step.")] = False,
    batch: Annotated[
        str | None, _memory("--batch", metavar="N", help="Inputs at a time, 1 by default; a letter for the largest.")
    ] = None,
    optimizer: Annotated[
        str | None,
        _memory("--optimizer", metavar="NAME", help="In training: sgd (the default), momentum, adam or adamw."),
    ] = None,
    device: Annotated[str | None, _memory("--device", metavar="NAME", help="cpu (the default) or cuda.")] = None,
    dtype: Annotated[
        str | None, _memory("--dtype", metavar="TYPE", help="The number type, float32 by default.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Find the layers, inputs, depths or sizes that give a result.

    Two sizes: find the layers that turn the first into the second. With a letter, they must do so for every number; a
    slash rounds down, ceil(W/2) rounds up.

    Layers: find the values of a letter that give --output, reach --field, or stay within --parameters, --macs or
    --memory.

    Examples:
      shapecalc solve 227 55
      shapecalc solve "227 -> 55"
      shapecalc solve "3x227x227 -> 96x55x55" --k 3..11 --d 1
      shapecalc solve "W -> W" --k 5 --d 2
      shapecalc solve "W -> W/4" --layer pool
      shapecalc solve "Conv2d(64, 128, 3, stride=2, padding=1)" --restore -i 7
      shapecalc solve "Conv1d(8, 8, 2, dilation=2**i)" --repeat --field 512
      shapecalc solve "Conv2d(3, 10, 3) MaxPool2d(4)" -i 3xHxW --output 10x32x32
      shapecalc solve "Conv2d(3, 8, F) Conv2d(8, 8, F)" -i 3x64x64 --field 31
      shapecalc solve zoo:resnet50 --input 3xWxW --memory "2 GiB"
      shapecalc solve zoo:resnet50 --memory "8 GiB" --training --optimizer adam
    """
    names = {"all_layers": "--all", "input_": "--input"}
    options = {
        names.get(name, f"--{name}"): value
        for name, value in locals().items()
        if name not in {"question", "after", "json", "names"} and value not in {None, False}
    }
    from shapecalc_cli import questions
    from shapecalc_cli.output import say_json, show

    answer = questions.answer(questions.joined(question, after or []), options)
    if json:
        say_json(answer.as_dict())
    else:
        show(questions.page(answer, options))
