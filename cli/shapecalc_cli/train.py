"""``shapecalc train``: training on a data set."""

from __future__ import annotations

from typing import Annotated, Any

import typer


def train(
    spec: Annotated[
        str | None,
        typer.Argument(metavar="[SPEC]", help="The layers, as torch writes them, or the path of a network file."),
    ] = None,
    *,
    data: Annotated[
        str,
        typer.Option(
            metavar="NAME|PATH",
            help="digits, mnist5k, shapes, series, a folder with a sub-folder of images for each class, NPZ or CSV.",
        ),
    ] = "digits",
    image_size: Annotated[int | None, typer.Option(help="Scale the images of a folder to N x N.")] = None,
    skip_unreadable: Annotated[
        bool | None, typer.Option("--skip-unreadable", help="Leave out images that cannot be read.")
    ] = None,
    resumed: Annotated[
        str | None,
        typer.Option("--from", metavar="RUN", help="Go on with the training in this folder, as if it never stopped."),
    ] = None,
    out: Annotated[str, typer.Option(metavar="FOLDER", help="The folder of the run.")] = "trained",
    epochs: Annotated[int | None, typer.Option(help="Passes over the training samples: 20.")] = None,
    steps: Annotated[int | None, typer.Option(help="So many steps, in place of epochs: 0, for whole epochs.")] = None,
    batch_size: Annotated[
        int | None, typer.Option("--batch", "--batch-size", help="Samples per step and process: 64.")
    ] = None,
    lr: Annotated[float | None, typer.Option(help="The highest learning rate: 0.005.")] = None,
    seed: Annotated[int | None, typer.Option(help="Decides everything random: 0.")] = None,
    optimizer: Annotated[str | None, typer.Option(help="adamw or sgd (with momentum): adamw.")] = None,
    weight_decay: Annotated[float | None, typer.Option(help="The decay of weights: 0.01.")] = None,
    schedule: Annotated[str | None, typer.Option(help="one-cycle, cosine, plateau or constant: one-cycle.")] = None,
    label_smoothing: Annotated[float | None, typer.Option(help="The share of a label given to all classes: 0.")] = None,
    clip: Annotated[float | None, typer.Option(help="The largest norm of a gradient: 0, which is none.")] = None,
    accumulate: Annotated[int | None, typer.Option(help="Batches whose gradients one step adds up: 1.")] = None,
    patience: Annotated[
        int | None, typer.Option(help="Epochs without a lower validation loss before it stops: 0, which is never.")
    ] = None,
    precision: Annotated[
        str | None, typer.Option(help="fp32, bf16, fp16, or by the device (bf16 on CUDA): auto.")
    ] = None,
    channels_last: Annotated[
        bool | None, typer.Option("--channels-last/--channels-first", help="How images lie in memory.")
    ] = None,
    compiled: Annotated[bool | None, typer.Option("--compile", help="Let torch.compile translate the net.")] = None,
    workers: Annotated[int | None, typer.Option(help="Processes that read samples: 0.")] = None,
    save_every: Annotated[int | None, typer.Option(help="Steps between two states to go on from: 500.")] = None,
    auxiliary_weight: Annotated[float | None, typer.Option(help="The weight of auxiliary outputs: 0.3.")] = None,
    augment: Annotated[
        str | None,
        typer.Option(metavar="NAMES", help="Change training images at random: flip,crop,rotate,erase,mix-up."),
    ] = None,
    deterministic: Annotated[
        bool | None, typer.Option("--deterministic", help="Only operations that give the same bits in every run.")
    ] = None,
    sync_batch_norm: Annotated[
        bool | None, typer.Option("--sync-batch-norm", help="Batch norm over the samples of all processes (CUDA).")
    ] = None,
    show_batch: Annotated[
        bool, typer.Option("--show-batch", help="Draw the first batch, as the net sees it, into batch.png of the run.")
    ] = False,
    weights: Annotated[
        str | None, typer.Option(metavar="FILE|RUN", help="Begin with the weights of a file or a training that fit.")
    ] = None,
    freeze: Annotated[
        list[str] | None, typer.Option(metavar="PATTERN", help="Keep weights as they are: 'features.*'; repeatable.")
    ] = None,
    unfreeze_after: Annotated[int | None, typer.Option(help="Epochs after which frozen weights learn too.")] = None,
    replace_head: Annotated[int | None, typer.Option(help="Give the last layer N outputs and new weights.")] = None,
    layer_decay: Annotated[
        float | None, typer.Option(help="Each layer's rate is that of the next layer times this: 1.")
    ] = None,
    adapt: Annotated[
        bool | None, typer.Option("--adapt", help="Fit the head to the classes, and images to the net's own input.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the history and the result as JSON.")] = False,
) -> None:
    """Train a net and measure it on samples that it has not seen.

    The weights with the lowest validation loss are kept. Needs the extra: pip install 'shapecalc[torch]'.

    Example:
      shapecalc train "Conv2d(1, 32, 3) ReLU Flatten LazyLinear(10)" --epochs 5
    """
    settings: dict[str, Any] = {
        "epochs": epochs,
        "steps": steps,
        "batch_size": batch_size,
        "lr": lr,
        "seed": seed,
        "optimizer": optimizer,
        "weight_decay": weight_decay,
        "schedule": schedule,
        "label_smoothing": label_smoothing,
        "clip": clip,
        "accumulate": accumulate,
        "patience": patience,
        "precision": precision,
        "channels_last": channels_last,
        "compile": compiled,
        "workers": workers,
        "save_every": save_every,
        "auxiliary_weight": auxiliary_weight,
        "image_size": image_size,
        "skip_unreadable": skip_unreadable,
        "augment": tuple(filter(None, (name.strip() for name in augment.split(",")))) if augment else None,
        "deterministic": deterministic,
        "sync_batch_norm": sync_batch_norm,
        "weights": weights,
        "freeze": freeze or None,
        "unfreeze_after": unfreeze_after,
        "replace_head": replace_head,
        "layer_decay": layer_decay,
        "adapt": adapt,
    }
    changes = {name: value for name, value in settings.items() if value is not None}
    try:
        _run(spec, data, resumed, out, changes, show_batch, json)
    except KeyboardInterrupt:
        _say_how_to_go_on(resumed or out)
        raise


def _run(
    spec: str | None,
    data: str,
    resumed: str | None,
    out: str,
    settings: dict[str, Any],
    show_batch: bool,
    json: bool,
) -> None:
    from shapecalc.errors import SpecError
    from shapecalc.pytorch.training import trainer
    from shapecalc_cli.opening import open_for
    from shapecalc_cli.output import said_warnings, say_json, show

    if resumed is not None:
        if spec is not None or settings or show_batch:
            first = {"the net": spec is not None, "--show-batch": show_batch}
            extra = ", ".join([*(name for name, is_given in first.items() if is_given), *sorted(settings)])
            raise SpecError(f"--from goes on with the net and the settings of the run; leave {extra} out.")
        with said_warnings():
            training = trainer.resume(resumed, progress=not json)
    elif spec is None:
        raise SpecError("Give the layers of a net, or --from and the folder of a training to go on with.")
    else:
        with said_warnings():
            samples = trainer.open_data(
                data,
                image_size=settings.get("image_size"),
                skip_unreadable=settings.get("skip_unreadable", False),
            )
        net = open_for(spec, samples.shape, own_shape=settings.get("adapt", False))
        with said_warnings():
            training = trainer.train(net, samples, out=out, progress=not json, show_batch=show_batch, **settings)
    if not trainer.is_main_process():
        return
    if json:
        say_json(training.as_dict())
    else:
        show(training.page())


def _say_how_to_go_on(folder: str) -> None:
    import shlex
    import sys

    if "shapecalc.pytorch.training.trainer" not in sys.modules:
        return  # it was not even imported, let alone begun
    from shapecalc.pytorch.training.run_folder import RunFolder
    from shapecalc.pytorch.training.trainer import is_main_process
    from shapecalc_cli.output import say

    if is_main_process() and RunFolder(folder).has_state:
        say(f"Go on with: shapecalc train --from {shlex.quote(folder)}", err=True)
