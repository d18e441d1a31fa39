"""``shapecalc predict``: what a trained net says of images."""

from __future__ import annotations

from typing import Annotated

import typer


def predict(
    run: Annotated[str, typer.Argument(metavar="RUN", help="The folder of a training, or its model.safetensors.")],
    files: Annotated[list[str], typer.Argument(metavar="IMAGES", help="Images, or NPZ and CSV files of samples.")],
    *,
    top: Annotated[int | None, typer.Option(help="The most classes that are named for an image: 3.")] = None,
    threshold: Annotated[
        float | None, typer.Option(help="The probability from which on a label is named: 0.5.")
    ] = None,
    skip_unreadable: Annotated[
        bool, typer.Option("--skip-unreadable", help="Leave out files that cannot be read.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    csv: Annotated[bool, typer.Option("--csv", help="Print CSV, a line for each class.")] = False,
) -> None:
    """Name what images show, with a trained net.

    An image is scaled to the size that the net takes, and normalised as in the training.
    Needs the extras: pip install 'shapecalc[torch,train]'.

    Example:
      shapecalc predict trained cat.png dog.jpg --top 1
    """
    from shapecalc.errors import SpecError
    from shapecalc.pytorch.inference.predicting import predict as predicted
    from shapecalc_cli.output import say, say_json, show

    if json and csv:
        raise SpecError("Choose --json or --csv.")
    predictions = predicted(run, files, top=top, threshold=threshold, skip_unreadable=skip_unreadable)
    if json:
        say_json(predictions.as_dict())
    elif csv:
        say(predictions.csv().rstrip("\n"))
    else:
        show(predictions.page())
