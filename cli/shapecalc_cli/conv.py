"""``shapecalc conv``: one convolution, and a pooling behind it."""

from typing import Annotated

import typer

from shapecalc_cli.options import DILATION, KERNEL, PADDING, STRIDE, Batch, Device, Dtype, Optimizer

#: The options of the pooling behind the convolution.
_NODES = {"pool1": {"kernel_size": "--pool", "stride": "--pool-stride"}}


def conv(
    size: Annotated[str, typer.Argument(metavar="SIZE", help="The input: 130, 3x130x130, or a letter such as W.")],
    *,
    k: Annotated[str, typer.Option(*KERNEL, metavar="F", help="Kernel size F: 3, or 3x5.")],
    s: Annotated[str, typer.Option(*STRIDE, metavar="S", help="Stride S.")] = "1",
    p: Annotated[str, typer.Option(*PADDING, metavar="P", help="Padding P, or same, valid, causal, tf_same.")] = "0",
    d: Annotated[str, typer.Option(*DILATION, metavar="D", help="Dilation d.")] = "1",
    inputs: Annotated[str | None, typer.Option("--in", metavar="N", help="Input channels D.")] = None,
    out: Annotated[str | None, typer.Option("--out", metavar="N", help="Filters K: output channels.")] = None,
    groups: Annotated[str, typer.Option("--groups", metavar="N", help="Groups G.")] = "1",
    bias: Annotated[bool, typer.Option("--bias/--no-bias", help="Whether each filter has a bias.")] = True,
    pool: Annotated[
        str | None, typer.Option("--pool", metavar="F", help="A max pooling behind it, of this size.")
    ] = None,
    pool_stride: Annotated[
        str | None, typer.Option("--pool-stride", metavar="S", help="Its stride; its size, if absent.")
    ] = None,
    dims: Annotated[int | None, typer.Option("--dims", min=1, max=3, help="How many axes a single size has.")] = None,
    batch: Batch = None,
    optimizer: Optimizer = None,
    dtype: Dtype = None,
    device: Device = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    latex: Annotated[bool, typer.Option("--latex", help="Print LaTeX.")] = False,
) -> None:
    """What comes out of a convolution, and why.

    Examples:
      shapecalc conv 130 --k 3 --pool 4
      shapecalc conv 3x130x130 --k 5 --s 2 --p 2 --out 10
      shapecalc conv W --k F --s S --p P --in D --out K
    """
    from shapecalc.algebra import Name
    from shapecalc.errors import SpecError
    from shapecalc.layers import Layer
    from shapecalc.layers.conv import Conv1d, Conv2d, Conv3d
    from shapecalc.layers.padding_rules import RULES
    from shapecalc.layers.pool import MaxPool1d, MaxPool2d, MaxPool3d
    from shapecalc_cli.windows import explain_chain, in_options, input_shape, number, output_setting, per_axis

    if pool_stride and not pool:
        raise SpecError("--pool-stride belongs to a pooling; give its size with --pool.")
    words = output_setting(batch, optimizer, dtype, device, json=json, latex=latex)
    shape, has_channels = input_shape(size, inputs, dims)
    conv_class, pool_class = ((Conv1d, MaxPool1d), (Conv2d, MaxPool2d), (Conv3d, MaxPool3d))[len(shape) - 2]
    with in_options():
        layers: list[Layer] = [
            conv_class(
                shape[0],
                number(out, "--out") if out else Name("K"),
                per_axis(k, "--k"),
                stride=per_axis(s, "--s"),
                padding=per_axis(p, "--p", rules=RULES, command="conv"),
                dilation=per_axis(d, "--d"),
                groups=number(groups, "--groups"),
                bias=bias,
            )
        ]
    if pool:
        with in_options(_NODES["pool1"]):
            step = per_axis(pool_stride, "--pool-stride") if pool_stride else None
            layers.append(pool_class(per_axis(pool, "--pool"), stride=step))
    explain_chain(
        layers,
        shape,
        size=size,
        nodes=_NODES,
        counted=has_channels and out is not None,
        words=words,
        json=json,
        latex=latex,
    )
