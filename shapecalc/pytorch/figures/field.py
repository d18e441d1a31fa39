"""An image with the rectangle that a unit sees."""

from __future__ import annotations

from typing import Any

from torch import Tensor

from shapecalc.pytorch.figures.canvas import label, rendered

#: The first and the last row or column that is seen.
Interval = tuple[int, int]


def draw_field(title: str, image: Tensor, rows: Interval, columns: Interval, kind: str) -> bytes:
    """The image, with the rectangle of those rows and columns, which may reach into the padding around it."""

    def draw(figure: Any) -> None:
        from matplotlib.patches import Rectangle  # noqa: PLC0415  it need not be installed

        panel = figure.subplots()
        pixels = image.clamp(0, 1).permute(1, 2, 0).numpy()
        panel.imshow(pixels, cmap="gray", vmin=0, vmax=1, interpolation="nearest")
        corner = (columns[0] - 0.5, rows[0] - 0.5)
        size = (columns[1] - columns[0] + 1, rows[1] - rows[0] + 1)
        panel.add_patch(Rectangle(corner, *size, fill=False, edgecolor="red", linewidth=2, clip_on=False))
        height, width = pixels.shape[:2]
        panel.set_xlim(min(-0.5, corner[0]) - 0.3, max(width - 0.5, columns[1] + 0.5) + 0.3)
        panel.set_ylim(max(height - 0.5, rows[1] + 0.5) + 0.3, min(-0.5, corner[1]) - 0.3)
        panel.set_title(label(title, 200), fontsize=9, wrap=True)
        panel.set_xlabel("column")
        panel.set_ylabel("row")

    return rendered(draw, (5.2, 5.4), (kind,))[kind]
