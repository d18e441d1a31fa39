"""``shapecalc features``: a look inside a trained net."""

from __future__ import annotations

from typing import Annotated

import typer


def features(
    run: Annotated[str, typer.Argument(metavar="RUN", help="The folder of a training, or its model.safetensors.")],
    files: Annotated[
        list[str], typer.Argument(metavar="IMAGES", help="Images, or NPZ and CSV files; the first one is drawn.")
    ],
    *,
    layer: Annotated[str, typer.Option(help="The name of a layer; by default the first with filters.")] = "",
    unit: Annotated[
        str, typer.Option(metavar="C,ROW,COLUMN", help="The unit whose field is drawn; by default the strongest.")
    ] = "",
    data: Annotated[
        str,
        typer.Option(metavar="NAME|PATH", help="Look for the strongest patches in the test samples of a data set."),
    ] = "",
    out: Annotated[str, typer.Option(metavar="FOLDER", help="The folder of the figures.")] = "features",
    kind: Annotated[str, typer.Option("--format", metavar="png|svg", help="The kind of the figures.")] = "png",
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Draw what a layer of a trained net makes of an image.

    Four figures: its filters, its feature maps, the part of the image that a unit sees, and the patches that its
    filter answers most strongly. Needs the extras: pip install 'shapecalc[torch,train]'.

    Example:
      shapecalc features trained cat.png --layer conv2 --data photos
    """
    from shapecalc.errors import SpecError
    from shapecalc.pytorch.inference.features import draw_features
    from shapecalc_cli.output import say_json, show

    try:
        numbers = [int(word) for word in unit.split(",")] if unit else []
    except ValueError:
        raise SpecError(f"A unit is a channel, or channel,row,column, such as 3,5,5; not {unit!r}.") from None
    drawn = draw_features(run, files, out=out, layer=layer, unit=numbers, data=data, kind=kind)
    if json:
        say_json(drawn.as_dict())
    else:
        show(drawn.page())
