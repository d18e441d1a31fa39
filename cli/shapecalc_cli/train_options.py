"""The options of ``shapecalc train`` that are settings of a training, each under the setting's name."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Annotated, Any, final

import typer


@final
@dataclass(frozen=True, kw_only=True)
class TrainingOptions:
    """The settings of a training, as options; None where one is not there."""

    image_size: Annotated[int | None, typer.Option(help="Scale the images of a folder to N x N.")] = None
    skip_unreadable: Annotated[
        bool | None, typer.Option("--skip-unreadable", help="Leave out images that cannot be read.")
    ] = None
    root: Annotated[
        str | None,
        typer.Option(
            metavar="FOLDER", help="Where mnist, fashion-mnist, cifar10 or cifar100 lie, or are downloaded to."
        ),
    ] = None
    epochs: Annotated[int | None, typer.Option(help="Passes over the training samples: 20.")] = None
    steps: Annotated[int | None, typer.Option(help="So many steps, in place of epochs: 0, for whole epochs.")] = None
    batch_size: Annotated[
        int | None, typer.Option("--batch", "--batch-size", help="Samples per step and process: 64.")
    ] = None
    lr: Annotated[float | None, typer.Option(help="The highest learning rate: 0.005.")] = None
    seed: Annotated[int | None, typer.Option(help="Decides everything random: 0.")] = None
    optimizer: Annotated[str | None, typer.Option(help="adamw or sgd (with momentum): adamw.")] = None
    weight_decay: Annotated[float | None, typer.Option(help="The decay of weights: 0.01.")] = None
    schedule: Annotated[str | None, typer.Option(help="one-cycle, cosine, plateau or constant: one-cycle.")] = None
    label_smoothing: Annotated[float | None, typer.Option(help="The share of a label given to all classes: 0.")] = None
    clip: Annotated[float | None, typer.Option(help="The largest norm of a gradient: 0, which is none.")] = None
    accumulate: Annotated[int | None, typer.Option(help="Batches whose gradients one step adds up: 1.")] = None
    patience: Annotated[
        int | None, typer.Option(help="Epochs without a lower validation loss before it stops: 0, which is never.")
    ] = None
    precision: Annotated[str | None, typer.Option(help="fp32, bf16, fp16, or by the device (bf16 on CUDA): auto.")] = (
        None
    )
    channels_last: Annotated[
        bool | None, typer.Option("--channels-last/--channels-first", help="How images lie in memory.")
    ] = None
    compile: Annotated[bool | None, typer.Option("--compile", help="Let torch.compile translate the net.")] = None
    workers: Annotated[int | None, typer.Option(help="Processes that read samples: 0.")] = None
    save_every: Annotated[int | None, typer.Option(help="Steps between two states to go on from: 500.")] = None
    auxiliary_weight: Annotated[float | None, typer.Option(help="The weight of auxiliary outputs: 0.3.")] = None
    augment: Annotated[
        str | None,
        typer.Option(metavar="NAMES", help="Change training images at random: flip,crop,rotate,erase,mix-up."),
    ] = None
    deterministic: Annotated[
        bool | None, typer.Option("--deterministic", help="Only operations that give the same bits in every run.")
    ] = None
    sync_batch_norm: Annotated[
        bool | None, typer.Option("--sync-batch-norm", help="Batch norm over the samples of all processes (CUDA).")
    ] = None
    weights: Annotated[
        str | None, typer.Option(metavar="FILE|RUN", help="Begin with the weights of a file or a training that fit.")
    ] = None
    freeze: Annotated[
        list[str] | None, typer.Option(metavar="PATTERN", help="Keep weights as they are: 'features.*'; repeatable.")
    ] = None
    unfreeze_after: Annotated[int | None, typer.Option(help="Epochs after which frozen weights learn too.")] = None
    replace_head: Annotated[int | None, typer.Option(help="Give the last layer N outputs and new weights.")] = None
    layer_decay: Annotated[
        float | None, typer.Option(help="Each layer's rate is that of the next layer times this: 1.")
    ] = None
    adapt: Annotated[
        bool | None, typer.Option("--adapt", help="Fit the head to the classes, and images to the net's own input.")
    ] = None
    log: Annotated[
        str | None, typer.Option(metavar="NAMES", help="Log each epoch to tensorboard, wandb, mlflow as well.")
    ] = None

    def changes(self) -> dict[str, Any]:
        """The settings that are there, by their names in the library."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        for name in ("augment", "log"):
            if values[name] is not None:
                values[name] = tuple(filter(None, (word.strip() for word in values[name].split(","))))
        return {name: value for name, value in values.items() if value not in (None, [])}
