"""``shapecalc pool``: one pooling."""

from typing import Annotated

import typer


def pool(
    size: Annotated[str, typer.Argument(metavar="SIZE", help="The input: 128, 10x128x128, or a letter such as W.")],
    *,
    k: Annotated[str, typer.Option("--k", help="Window size F: 2, or 2x3.")],
    s: Annotated[str | None, typer.Option("--s", help="Stride S; the window size, if absent.")] = None,
    p: Annotated[str, typer.Option("--p", help="Padding P.")] = "0",
    d: Annotated[str, typer.Option("--d", help="Dilation d.")] = "1",
    ceil: Annotated[bool, typer.Option("--ceil", help="Keep a window that hangs over the end.")] = False,
    dims: Annotated[int | None, typer.Option("--dims", min=1, max=3, help="How many axes a single size has.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    latex: Annotated[bool, typer.Option("--latex", help="Print LaTeX.")] = False,
) -> None:
    """What comes out of a pooling, and why.

    Examples:
      shapecalc pool 128 --k 4
      shapecalc pool 10x129x129 --k 3 --s 2 --ceil
      shapecalc pool W --k F --s S
    """
    from shapecalc.layers.pool import MaxPool1d, MaxPool2d, MaxPool3d
    from shapecalc_cli.windows import explain_chain, input_shape, per_axis

    shape, _ = input_shape(size, None, dims)
    layer = (MaxPool1d, MaxPool2d, MaxPool3d)[len(shape) - 2](
        per_axis(k), stride=per_axis(s) if s else None, padding=per_axis(p), dilation=per_axis(d), ceil_mode=ceil
    )
    explain_chain([layer], shape, counted=False, json=json, latex=latex)
