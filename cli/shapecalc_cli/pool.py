"""``shapecalc pool``: one pooling."""

from typing import Annotated

import typer

from shapecalc_cli.options import DILATION, KERNEL, PADDING, STRIDE, Batch, Device, Dtype, Optimizer


def pool(
    size: Annotated[str, typer.Argument(metavar="SIZE", help="The input: 128, 10x128x128, or a letter such as W.")],
    *,
    k: Annotated[str, typer.Option(*KERNEL, metavar="F", help="Window size F: 2, or 2x3.")],
    s: Annotated[str | None, typer.Option(*STRIDE, metavar="S", help="Stride S; the window size, if absent.")] = None,
    p: Annotated[str, typer.Option(*PADDING, metavar="P", help="Padding P, or tf_same.")] = "0",
    d: Annotated[str | None, typer.Option(*DILATION, metavar="D", help="Dilation d; of a max pooling only.")] = None,
    avg: Annotated[bool, typer.Option("--avg", help="An average pooling in place of a max pooling.")] = False,
    ceil: Annotated[bool, typer.Option("--ceil", help="Keep a window that hangs over the end.")] = False,
    dims: Annotated[int | None, typer.Option("--dims", min=1, max=3, help="How many axes a single size has.")] = None,
    batch: Batch = None,
    optimizer: Optimizer = None,
    dtype: Dtype = None,
    device: Device = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    latex: Annotated[bool, typer.Option("--latex", help="Print LaTeX.")] = False,
) -> None:
    """What comes out of a pooling, why, and what it leaves out.

    Examples:
      shapecalc pool 128 --k 4
      shapecalc pool 10x129x129 --k 3 --s 2 --ceil
      shapecalc pool 28x28 --k 3 --avg
      shapecalc pool W --k F --s S
    """
    from shapecalc.errors import SpecError
    from shapecalc.layers.pool import AvgPool1d, AvgPool2d, AvgPool3d, MaxPool1d, MaxPool2d, MaxPool3d
    from shapecalc_cli.windows import explain_chain, in_options, input_shape, output_setting, per_axis

    if avg and d is not None:
        raise SpecError("--d belongs to a max pooling; an average pooling has no dilation.")
    words = output_setting(batch, optimizer, dtype, device, json=json, latex=latex)
    shape, _ = input_shape(size, None, dims, counted=False)
    classes = (AvgPool1d, AvgPool2d, AvgPool3d) if avg else (MaxPool1d, MaxPool2d, MaxPool3d)
    with in_options():
        layer = classes[len(shape) - 2](
            per_axis(k, "--k"),
            stride=per_axis(s, "--s") if s else None,
            padding=per_axis(p, "--p", rules=("tf_same",), command="pool"),
            ceil_mode=ceil,
            **({"dilation": per_axis(d, "--d")} if d else {}),
        )
    explain_chain([layer], shape, size=size, counted=False, words=words, json=json, latex=latex, borders=True)
