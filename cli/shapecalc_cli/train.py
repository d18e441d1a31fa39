"""``shapecalc train``: training on a data set."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from shapecalc_cli.option_groups import taking
from shapecalc_cli.train_options import TrainingOptions

#: What is trained on and written, where the options do not say.
_DATA, _OUT = "digits", "trained"


@taking(settings=TrainingOptions)
def train(
    spec: Annotated[
        str | None,
        typer.Argument(metavar="[SPEC]", help="The layers, as torch writes them, or the path of a network file."),
    ] = None,
    *,
    data: Annotated[
        str | None,
        typer.Option(
            metavar="NAME|PATH",
            help="digits, mnist5k, shapes, series, one of --root, a folder with a sub-folder of images for each class, "
            "NPZ or CSV: digits.",
        ),
    ] = None,
    resumed: Annotated[
        str | None,
        typer.Option("--from", metavar="RUN", help="Go on with the training in this folder, as if it never stopped."),
    ] = None,
    out: Annotated[str | None, typer.Option(metavar="FOLDER", help="The folder of the run: trained.")] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace a training in that folder.")] = False,
    show_batch: Annotated[
        bool, typer.Option("--show-batch", help="Draw the first batch, as the net sees it, into batch.png of the run.")
    ] = False,
    settings: TrainingOptions,
    json: Annotated[bool, typer.Option("--json", help="Print the history and the result as JSON.")] = False,
) -> None:
    """Train a net and measure it on samples that it has not seen.

    The weights with the lowest validation loss are kept. Needs the extra: pip install 'shapecalc[torch]'.

    Example:
      shapecalc train "Conv2d(1, 32, 3) ReLU Flatten LazyLinear(10)" --epochs 5
    """
    from shapecalc.errors import SpecError
    from shapecalc_cli.signals import Terminated

    fixed = {"the net": spec, "--data": data, "--out": out, "--overwrite": overwrite, "--show-batch": show_batch}
    surplus = [name for name, value in fixed.items() if value]
    if resumed is not None and surplus:
        raise SpecError(f"--from goes on with the run as it began; leave {', '.join(surplus)} out.")
    if resumed is None and spec is None:
        raise SpecError("Give the layers of a net, or --from and the folder of a training to go on with.")
    try:
        if resumed is not None:
            _go_on(resumed, settings.changes(), json=json)
        else:
            writing = {"out": out or _OUT, "overwrite": overwrite, "show_batch": show_batch}
            _begin(spec or "", data or _DATA, settings.changes(), writing, json=json)
    except (KeyboardInterrupt, Terminated):
        _say_how_to_go_on(resumed or out or _OUT)
        raise


def _begin(spec: str, data: str, settings: dict[str, Any], writing: dict[str, Any], *, json: bool) -> None:
    from shapecalc.pytorch.training import trainer
    from shapecalc_cli.opening import open_for
    from shapecalc_cli.output import said_warnings

    if not writing["overwrite"] and trainer.is_main_process():
        trainer.refuse_run(writing["out"])  # before samples are read, which may take long
    with said_warnings():
        samples = trainer.open_data(data, **{name: settings[name] for name in trainer.OF_DATA if name in settings})
    net = open_for(spec, samples.shape, own_shape=settings.get("adapt", False))
    with said_warnings():
        training = trainer.train(net, samples, progress=not json, **writing, **settings)
    _show(training, json=json)


def _go_on(run: str, settings: dict[str, Any], *, json: bool) -> None:
    from shapecalc.pytorch.training import trainer
    from shapecalc_cli.output import said_warnings

    with said_warnings():
        training = trainer.resume(run, progress=not json, **settings)
    _show(training, json=json)


def _show(training: Any, *, json: bool) -> None:
    from shapecalc.pytorch.training.trainer import is_main_process
    from shapecalc_cli.output import say_json, show

    if not is_main_process():
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
