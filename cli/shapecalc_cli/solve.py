"""``shapecalc solve``: layers, inputs, depths or sizes for a given result."""

from typing import Annotated

import typer

from shapecalc_cli.options import DILATION, KERNEL, OUTPUT_PADDING, PADDING, STRIDE


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
        str | None, typer.Option("--layer", help="For two sizes: conv (the default), pool, avgpool or deconv.")
    ] = None,
    k: Annotated[
        str | None, typer.Option(*KERNEL, help="For two sizes: kernel sizes to try, as 3, 3..7 or 1,3,5.")
    ] = None,
    s: Annotated[str | None, typer.Option(*STRIDE, help="Likewise strides.")] = None,
    p: Annotated[str | None, typer.Option(*PADDING, help="Likewise paddings.")] = None,
    d: Annotated[str | None, typer.Option(*DILATION, help="Likewise dilations.")] = None,
    a: Annotated[str | None, typer.Option(*OUTPUT_PADDING, help="Likewise output paddings (deconv).")] = None,
    ceil: Annotated[bool, typer.Option("--ceil", help="Poolings with ceil_mode.")] = False,
    dims: Annotated[int | None, typer.Option("--dims", min=1, max=3, help="How many axes a single size has.")] = None,
    all_layers: Annotated[bool, typer.Option("--all", help="Print all layers, not only the ten simplest.")] = False,
    restore: Annotated[
        bool, typer.Option("--restore", help="For one layer: the transposed convolution that gives its --input back.")
    ] = False,
    repeat: Annotated[
        bool,
        typer.Option("--repeat", help="For layers: find the repetitions that reach --field; i counts from 0."),
    ] = False,
    input_: Annotated[
        str | None,
        typer.Option("--input", "-i", help="For layers: their input, as 3xHxW."),
    ] = None,
    output: Annotated[
        str | None, typer.Option("--output", "-o", help="Find the inputs that give this output: 20x16x16.")
    ] = None,
    field: Annotated[
        str | None, typer.Option("--field", help="Find the smallest value of a letter with a field of this size.")
    ] = None,
    parameters: Annotated[
        str | None, typer.Option("--parameters", help="Find the largest value with at most so many: 1e6, 25.6M.")
    ] = None,
    macs: Annotated[str | None, typer.Option("--macs", help="Likewise multiply-accumulates: 4.1G.")] = None,
    memory: Annotated[str | None, typer.Option("--memory", help='Likewise memory: "2 GiB".')] = None,
    training: Annotated[bool, typer.Option("--training", help="With --memory: that of a training step.")] = False,
    batch: Annotated[
        str | None,
        typer.Option(help="With --memory: how many inputs at a time, 1 by default; a letter for the largest batch."),
    ] = None,
    optimizer: Annotated[
        str | None, typer.Option(help="With --training: sgd (the default), momentum, adam or adamw.")
    ] = None,
    device: Annotated[str | None, typer.Option(help="With --memory: cpu (the default) or cuda.")] = None,
    dtype: Annotated[str | None, typer.Option(help="With --memory: its number type, float32 by default.")] = None,
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
      shapecalc solve "Conv2d(64, 128, 3, stride=2, padding=1)" --restore --input 7
      shapecalc solve "Conv1d(32, 32, 2, dilation=2**i, padding='causal')" --repeat --field 512
      shapecalc solve "Conv2d(3, 10, 3) MaxPool2d(4)" --input 3xHxW --output 10x32x32
      shapecalc solve "Conv2d(3, 8, F) Conv2d(8, 8, F)" --input 3x64x64 --field 31
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
