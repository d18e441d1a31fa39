"""``shapecalc train``: training on a data set."""

from __future__ import annotations

from typing import Annotated

import typer


def train(
    spec: Annotated[
        str, typer.Argument(metavar="SPEC", help="The layers, as torch writes them, or the path of a network file.")
    ],
    *,
    data: Annotated[
        str, typer.Option(metavar="NAME", help="The data set: digits (1797 images of 1x8x8, 10 classes).")
    ] = "digits",
    epochs: Annotated[int, typer.Option(help="Passes over the training images.")] = 20,
    batch_size: Annotated[int, typer.Option("--batch", "--batch-size", help="Images per step and process.")] = 64,
    lr: Annotated[float, typer.Option(help="The highest learning rate.")] = 0.005,
    seed: Annotated[int, typer.Option(help="Decides everything random.")] = 0,
    out: Annotated[
        str, typer.Option(metavar="FOLDER", help="The folder for weights.safetensors and history.json.")
    ] = "trained",
    json: Annotated[bool, typer.Option("--json", help="Print the history and the result as JSON.")] = False,
) -> None:
    """Train a net and measure it on images that it has not seen.

    The weights with the lowest validation loss are saved. Needs the extra: pip install 'shapecalc[torch]'.

    Example:
      shapecalc train "Conv2d(1, 32, 3) ReLU Flatten LazyLinear(10)" --epochs 5
    """
    from shapecalc.pytorch.training.trainer import is_main_process, open_data
    from shapecalc.pytorch.training.trainer import train as run
    from shapecalc_cli.opening import open_with_warnings
    from shapecalc_cli.output import say_json, show

    images = open_data(data)
    net = open_with_warnings(spec, input_shape=images.shape)
    training = run(net, images, epochs=epochs, batch_size=batch_size, lr=lr, seed=seed, out=out, progress=not json)
    if not is_main_process():
        return
    if json:
        say_json(training.as_dict())
    else:
        show(training.page())
