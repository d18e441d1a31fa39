"""The settings of a training; the file config.json holds them too."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from shapecalc.errors import SpecError
from shapecalc.formats.document.files import first_fault
from shapecalc.pytorch.training.augmentation import Change

#: The largest whole number of a setting.
LARGEST = (1 << 32) - 1

Whole = Annotated[int, Field(ge=0, le=LARGEST)]
Positive = Annotated[int, Field(ge=1, le=LARGEST)]
Rate = Annotated[float, Field(gt=0, le=1e4, allow_inf_nan=False)]
Factor = Annotated[float, Field(ge=0, le=1e4, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, lt=1)]


def _tuple(names: Any) -> Any:
    """Names as config.json lists them, which has no tuples, or a single one."""
    if isinstance(names, str):
        return (names,)
    return tuple(names) if isinstance(names, list) else names


def _path_text(path: Any) -> Any:
    return str(path) if isinstance(path, Path) else path


def _absolute_text(path: Any) -> Any:
    """A folder that means the same wherever the training goes on."""
    return str(Path(path).absolute()) if isinstance(path, str | Path) and str(path) else path


Changes = Annotated[tuple[Change, ...], BeforeValidator(_tuple), Field(max_length=8)]
#: What shows the curves of a training besides its own files.
LogName = Literal["tensorboard", "wandb", "mlflow"]
Logs = Annotated[tuple[LogName, ...], BeforeValidator(_tuple), Field(max_length=3)]
Patterns = Annotated[tuple[str, ...], BeforeValidator(_tuple)]
PathText = Annotated[str, BeforeValidator(_path_text)]
FolderText = Annotated[str, BeforeValidator(_absolute_text)]


class Settings(BaseModel):
    """The settings of a training.

    Attributes:
        epochs: the number of passes over the training samples.
        steps: the number of steps, in place of epochs; the last epoch may be a short one. 0 for whole epochs.
        batch_size: samples per step and process.
        accumulate: batches of which one step adds up the gradients.
        lr: the highest learning rate.
        optimizer: sgd (with Nesterov momentum of 0.9) or adamw.
        weight_decay: the factor of the decay of weights.
        schedule: how the rate moves: one-cycle and cosine by step, plateau by validation loss, or constant.
        label_smoothing: the share of each label that is spread over all classes.
        clip: the largest norm of a step's gradient; 0 leaves it as it is.
        patience: epochs without a lower validation loss after which the training stops; 0 trains all epochs.
        seed: decides everything random: the first weights, the order of the samples, augmentation and dropout.
        precision: of the forward pass; auto is bf16 on CUDA and fp32 elsewhere.
        channels_last: whether images lie with their channels last in memory; None for where that is faster (CUDA).
        compile: whether torch.compile translates the module first.
        deterministic: whether operations whose results differ between runs are refused.
        workers: processes that read and decode samples.
        save_every: steps after which the state is written, besides the end of each epoch.
        auxiliary_weight: the weight of the loss of each output after the first.
        image_size: the height and width to which the images of a folder are scaled; None for their own.
        sync_batch_norm: whether batch norm takes its statistics from all processes (CUDA).
        augment: how images for training are changed at random: flip, crop, rotate, erase, mix-up.
        skip_unreadable: whether images of a folder that cannot be read are left out rather than refused.
        root: the folder in which the files of a published data set lie, or into which they are downloaded.
        weights: the file, or the folder of a training, whose weights the training begins with; "" for random ones.
        freeze: patterns such as ``features.*``: the weights that they match stay as they are, and the batch norms in
            eval mode.
        unfreeze_after: the epochs after which all weights learn; 0 for never.
        replace_head: the number of outputs that the last layer before each output gets; None leaves it as it is.
        layer_decay: each layer's rate is that of the layer after it times this factor.
        adapt: whether the net gets heads of the width that the samples ask for, and images the shape that it declares.
        log: what else is given the metrics of each epoch: tensorboard, wandb, mlflow.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    epochs: Positive = 20
    steps: Whole = 0
    batch_size: Positive = 64
    accumulate: Annotated[int, Field(ge=1, le=1024)] = 1
    lr: Rate = 0.005
    optimizer: Literal["adamw", "sgd"] = "adamw"
    weight_decay: Factor = 0.01
    schedule: Literal["one-cycle", "cosine", "plateau", "constant"] = "one-cycle"
    label_smoothing: Share = 0.0
    clip: Factor = 0.0
    patience: Whole = 0
    seed: Whole = 0
    precision: Literal["auto", "fp32", "bf16", "fp16"] = "auto"
    channels_last: bool | None = None
    compile: bool = False
    deterministic: bool = False
    workers: Annotated[int, Field(ge=0, le=64)] = 0
    save_every: Positive = 500
    auxiliary_weight: Annotated[float, Field(ge=0, le=1)] = 0.3
    image_size: Annotated[int, Field(ge=1, le=1 << 14)] | None = None
    skip_unreadable: bool = False
    root: FolderText = ""
    augment: Changes = ()
    sync_batch_norm: bool = False
    weights: PathText = ""
    freeze: Patterns = ()
    unfreeze_after: Whole = 0
    replace_head: Positive | None = None
    layer_decay: Annotated[float, Field(gt=0, le=1)] = 1.0
    adapt: bool = False
    log: Logs = ()

    def total_steps(self, steps_of_epoch: int) -> int:
        """The number of steps of the training, unless patience ends it."""
        return self.steps or self.epochs * steps_of_epoch


def option(name: str) -> str:
    """A setting as the command line names it: messages name settings so, wherever they are given."""
    return f"--{name.replace('_', '-')}"


def read_settings(settings: dict[str, object]) -> Settings:
    """The settings of that mapping.

    Raises:
        SpecError: a setting is unknown or out of range.
    """
    try:
        return Settings.model_validate(settings)
    except ValidationError as refused:
        place, sentence = first_fault(refused, Settings)
    name = str(place[0]) if place else ""
    raise SpecError(f"{option(name) if name in Settings.model_fields else 'settings'}: {sentence}.")
