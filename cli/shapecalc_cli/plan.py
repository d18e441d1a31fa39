"""``shapecalc plan``: what a training will take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from shapecalc.catalogue.data_sets import DataSetFacts


def plan(
    spec: Annotated[
        str, typer.Argument(metavar="SPEC", help="The layers, as torch writes them, or the path of a network file.")
    ],
    *,
    data: Annotated[
        str, typer.Option(metavar="NAME|PATH", help="The samples, by the names and paths that shapecalc train takes.")
    ] = "digits",
    image_size: Annotated[int | None, typer.Option(help="Scale the images of a folder to N x N.")] = None,
    device_memory: Annotated[
        str | None, typer.Option(metavar="SIZE", help="Find the largest batch that fits, such as into 8GB or 8GiB.")
    ] = None,
    batch_size: Annotated[int, typer.Option("--batch", "--batch-size", help="Samples per step.")] = 64,
    epochs: Annotated[int, typer.Option(help="Passes over the training samples.")] = 20,
    optimizer: Annotated[str, typer.Option(metavar="NAME", help="adamw or sgd (with momentum).")] = "adamw",
    precision: Annotated[
        str | None, typer.Option(metavar="NAME", help="fp32, bf16 or fp16: by default bf16 on cuda, else fp32.")
    ] = None,
    device: Annotated[str, typer.Option(metavar="NAME", help="cpu or cuda.")] = "cpu",
    json: Annotated[bool, typer.Option("--json", help="Print the plan as JSON.")] = False,
) -> None:
    """Say what a training will take, before it starts.

    Memory at a batch size, the largest batch that fits, and the work of a step and an epoch.
    Nothing is trained; torch is needed only to open a data set of your own.

    Example:
      shapecalc plan "Conv2d(1, 8, 3) Flatten LazyLinear(10)" --device-memory 8GB
    """
    from shapecalc.catalogue.planning import plan_training
    from shapecalc_cli.opening import open_with_warnings
    from shapecalc_cli.output import say_json, show

    facts = _facts(data, image_size)
    net = open_with_warnings(spec, input_shape=facts.shape)
    result = plan_training(
        net,
        facts,
        batch_size=batch_size,
        epochs=epochs,
        optimizer=optimizer,
        precision=precision or ("bf16" if device == "cuda" else "fp32"),
        device=device,
        device_memory=device_memory,
    )
    if json:
        say_json(result.as_dict())
    else:
        show(result.page())


def _facts(data: str, image_size: int | None) -> DataSetFacts:
    """What is known of the data set; only one of one's own is opened."""
    from shapecalc.catalogue.data_sets import BUILT_IN_DATA, PUBLISHED_DATA

    if facts := BUILT_IN_DATA.get(data) or PUBLISHED_DATA.get(data):
        if image_size is not None:
            from shapecalc.errors import SpecError

            raise SpecError(f"--image-size is for a folder of images, and {data} is none; leave it out.")
        return facts
    from shapecalc.pytorch.training import trainer

    return trainer.open_data(data, image_size=image_size).facts()
