"""Drawing with matplotlib, whose settings stay as they are; the same figure always gives the same bytes."""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable, Iterable
from importlib.util import find_spec
from typing import Any

from shapecalc.errors import ShapecalcError
from shapecalc.page import visible

#: Dots per inch of a PNG.
_DENSITY = 130
#: The names of elements of an SVG are hashes with this salt; without one, they would differ each time.
_STYLE = {"svg.hashsalt": "shapecalc", "font.size": 9.0, "axes.titlesize": 10.0}


def missing_matplotlib() -> str:
    """What to say where matplotlib is not installed; "" where it is."""
    if find_spec("matplotlib"):
        return ""
    return "Figures need matplotlib, which is not installed. Try pip install 'shapecalc[train]'."


def rendered(draw: Callable[[Any], None], size: tuple[float, float], kinds: Iterable[str]) -> dict[str, bytes]:
    """A figure as the content of a file, for each kind of file.

    Args:
        draw: draws on an empty figure of matplotlib.
        size: width and height in inches.
        kinds: png and svg.

    Raises:
        ShapecalcError: matplotlib is not installed.
    """
    if missing := missing_matplotlib():
        raise ShapecalcError(missing)
    from matplotlib import style  # noqa: PLC0415  it need not be installed
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415  it need not be installed
    from matplotlib.figure import Figure  # noqa: PLC0415  it need not be installed

    with style.context(["default", _STYLE]), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a name has letters that the font lacks: they are drawn as boxes
        figure = Figure(figsize=size, layout="constrained")
        FigureCanvasAgg(figure)
        draw(figure)
        return {kind: _content(figure, kind) for kind in kinds}


def _content(figure: Any, kind: str) -> bytes:
    buffer = io.BytesIO()
    metadata = {"Date": None} if kind == "svg" else {}
    figure.savefig(buffer, format=kind, dpi=_DENSITY, bbox_inches="tight", metadata=metadata)
    return buffer.getvalue()


def label(name: str, width: int = 24) -> str:
    """A name as a figure shows it: in one line, and no formula, which a dollar sign begins."""
    return visible(name, width).replace("$", r"\$")
