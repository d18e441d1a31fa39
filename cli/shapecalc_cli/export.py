"""``shapecalc export``: a trained net as ONNX."""

from __future__ import annotations

from typing import Annotated

import typer


def export(
    run: Annotated[str, typer.Argument(metavar="RUN", help="The folder of a training, or its model.safetensors.")],
    *,
    output: Annotated[str, typer.Option("--output", "-o", metavar="FILE", help="The file to write.")] = "model.onnx",
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Write a trained net as ONNX, and compare it with torch.

    Where it is installed, onnxruntime computes what torch computes. The normalisation is part of the file, and a batch
    may have any size. Needs the extra: pip install 'shapecalc[torch]'.

    Example:
      shapecalc export trained -o digits.onnx
    """
    from shapecalc.pytorch.inference.onnx_export import to_onnx
    from shapecalc_cli.output import say_json, show

    exported = to_onnx(run, output)
    if json:
        say_json(exported.as_dict())
    else:
        show(exported.page())
