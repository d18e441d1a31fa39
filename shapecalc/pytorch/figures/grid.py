"""Many small pictures, each with its title: of a batch, of filters, of feature maps."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import torch
from torch import Tensor

from shapecalc.errors import SpecError
from shapecalc.layers import shape_text
from shapecalc.pytorch.figures.canvas import label, rendered

#: The most pictures of one figure.
MAX_PICTURES = 64
#: The most lines that one picture of a series has.
_LINES = 8


def draw_grid(
    title: str, pictures: Sequence[Tensor], titles: Sequence[str], kind: str, *, limit: float = 0, columns: int = 0
) -> bytes:
    """Pictures side by side.

    Args:
        title: of the whole.
        pictures: each channels x height x width (1 or 3 channels, from 0 to 1), height x width, or a series as
            channels x length in a figure that has ``limit`` 0.
        titles: of each.
        kind: png or svg.
        limit: numbers from -limit to limit are drawn in blue and red; 0 draws the pictures as they are.
        columns: in a row; 0 makes about as many rows.
    """
    columns = columns or math.ceil(math.sqrt(len(pictures)))
    rows = -(-len(pictures) // columns)

    def draw(figure: Any) -> None:
        figure.suptitle(label(title, 100))
        for panel, picture, text in zip(_panels(figure, rows, columns), pictures, titles, strict=False):
            _draw_picture(panel, picture, limit)
            panel.set_title(label(text, 18), fontsize=7, pad=2)

    return rendered(draw, (max(1.15 * columns, 3.2), 1.35 * rows + 0.4), (kind,))[kind]


def _panels(figure: Any, rows: int, columns: int) -> Iterator[Any]:
    for panel in figure.subplots(rows, columns, squeeze=False).flat:
        panel.set_axis_off()
        yield panel


def _draw_picture(panel: Any, picture: Tensor, limit: float) -> None:
    panel.set_axis_on()
    panel.set(xticks=[], yticks=[])
    if limit:
        panel.imshow(picture.numpy(), cmap="RdBu_r", vmin=-limit, vmax=limit, interpolation="nearest")
    elif picture.dim() == 2:
        panel.plot(picture[:_LINES].T.numpy(), linewidth=0.8)
    else:
        pixels = picture.clamp(0, 1).permute(1, 2, 0).numpy()
        panel.imshow(pixels, cmap="gray", vmin=0, vmax=1, interpolation="nearest")


def drawable(values: Tensor) -> Tensor:
    """Samples as pictures: images with 1 or 3 channels, of others the first one; series as they are.

    Raises:
        SpecError: they are neither images nor series.
    """
    if values.dim() == 4:
        return values if values.shape[1] == 3 else values[:, :1]
    if values.dim() == 3:
        return values
    raise SpecError(f"Images and series can be drawn, but a sample is {shape_text(tuple(values.shape[1:]))}.")


def largest_size(values: Tensor) -> float:
    """The largest size of some numbers; 1 where all are 0."""
    return float(torch.nan_to_num(values).abs().max()) or 1.0
