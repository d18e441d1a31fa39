"""``shapecalc deconv``: one transposed convolution."""

from typing import Annotated

import typer

from shapecalc_cli.options import DILATION, KERNEL, OUTPUT_PADDING, PADDING, STRIDE, Batch, Device, Dtype, Optimizer


def deconv(
    size: Annotated[str, typer.Argument(metavar="SIZE", help="The input: 16, 64x16x16, or a letter such as W.")],
    *,
    k: Annotated[str, typer.Option(*KERNEL, metavar="F", help="Kernel size F: 4, or 3x5.")],
    s: Annotated[str, typer.Option(*STRIDE, metavar="S", help="Stride S.")] = "1",
    p: Annotated[str, typer.Option(*PADDING, metavar="P", help="Padding P, or tf_same.")] = "0",
    a: Annotated[str, typer.Option(*OUTPUT_PADDING, metavar="A", help="Output padding A.")] = "0",
    d: Annotated[str, typer.Option(*DILATION, metavar="D", help="Dilation d.")] = "1",
    inputs: Annotated[str | None, typer.Option("--in", metavar="N", help="Input channels D.")] = None,
    out: Annotated[str | None, typer.Option("--out", metavar="N", help="Output channels K.")] = None,
    groups: Annotated[str, typer.Option("--groups", metavar="N", help="Groups G.")] = "1",
    bias: Annotated[bool, typer.Option("--bias/--no-bias", help="Whether each output channel has a bias.")] = True,
    dims: Annotated[int | None, typer.Option("--dims", min=1, max=3, help="How many axes a single size has.")] = None,
    batch: Batch = None,
    optimizer: Optimizer = None,
    dtype: Dtype = None,
    device: Device = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    latex: Annotated[bool, typer.Option("--latex", help="Print LaTeX.")] = False,
) -> None:
    """What comes out of a transposed convolution, and why.

    Examples:
      shapecalc deconv 16 --k 4 --s 2 --p 1
      shapecalc deconv 64x16x16 --k 3 --s 2 --p 1 --a 1 --out 32
      shapecalc deconv W --k F --s S --p P --in D --out K
    """
    from shapecalc.algebra import Name
    from shapecalc.layers.conv import ConvTranspose1d, ConvTranspose2d, ConvTranspose3d
    from shapecalc_cli.windows import explain_chain, in_options, input_shape, number, output_setting, per_axis

    words = output_setting(batch, optimizer, dtype, device, json=json, latex=latex)
    shape, has_channels = input_shape(size, inputs, dims)
    with in_options():
        layer = (ConvTranspose1d, ConvTranspose2d, ConvTranspose3d)[len(shape) - 2](
            shape[0],
            number(out, "--out") if out else Name("K"),
            per_axis(k, "--k"),
            stride=per_axis(s, "--s"),
            padding=per_axis(p, "--p", rules=("tf_same",), command="deconv"),
            output_padding=per_axis(a, "--a"),
            dilation=per_axis(d, "--d"),
            groups=number(groups, "--groups"),
            bias=bias,
        )
    explain_chain(
        [layer], shape, size=size, counted=has_channels and out is not None, words=words, json=json, latex=latex
    )
