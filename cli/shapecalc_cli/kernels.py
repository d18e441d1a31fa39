"""``shapecalc kernels``: what a kernel does to an image."""

from __future__ import annotations

from typing import Annotated

import typer


def kernels(
    kernel: Annotated[
        str | None,
        typer.Argument(
            metavar="[KERNEL]", help="A name, such as sobel-x, a matrix, or a file with one; all kernels, if absent."
        ),
    ] = None,
    *,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """What a kernel does to an image, or all of those with a name.

    It is derived from the numbers, exactly: what becomes of plain areas, slopes, edges and corners.

    Examples:
      shapecalc kernels
      shapecalc kernels sobel-x
      shapecalc kernels "[[1, 0, -1], [1, 0, -1], [1, 0, -1]]"
    """
    from shapecalc.errors import SpecError
    from shapecalc.formats.matrices import open_kernel
    from shapecalc.kernels import KernelDescription, KernelList, describe_kernel, list_kernels
    from shapecalc_cli.output import say_json, show

    answer: KernelDescription | KernelList = list_kernels()
    if kernel is not None:
        matrices, name = open_kernel(kernel)
        if len(matrices) > 1:
            raise SpecError(f"These are {len(matrices)} matrices, one for each channel; give one at a time.")
        answer = describe_kernel(matrices[0], name)
    say_json(answer.as_dict()) if json else show(answer.page())
