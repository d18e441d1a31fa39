"""Files of pictures: SVG and HTML of our own, PNG by Chromium or graphviz where one of them is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from shapecalc.drawing.graph.dot import dot_program, run_dot
from shapecalc.drawing.picture import Picture
from shapecalc.errors import ShapecalcError, SpecError, quoted
from shapecalc.formats.writing import write_atomically

#: The endings of the files, each a form.
ENDINGS = (".svg", ".html", ".png")
#: What Chromium and its relatives are called.
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
#: How many pixels a PNG has at most along a side, and how many for one of the picture where there is room.
_LONGEST, _SCALE = 16_000, 2.0
#: A browser that hangs is given up after so many seconds.
_PATIENCE = 60


def save(picture: Picture, path: str | Path) -> Path:
    """Write a picture to a file, in the form that its ending names.

    Args:
        picture: the picture.
        path: the file, which ends with .svg, .html or .png.

    Returns:
        The path of the file.

    Raises:
        SpecError: the ending is none of these.
        ShapecalcError: the file cannot be written, or there is no program that makes a PNG.
    """
    file = Path(path)
    match file.suffix.lower():
        case ".svg":
            content = picture.svg().encode()
        case ".html":
            content = picture.html().encode()
        case ".png":
            content = png(picture)
        case _:
            raise SpecError(f"The name of a picture ends with {', '.join(ENDINGS)}, and {quoted(str(path))} does not.")
    write_atomically(file, content)
    return file


def png(picture: Picture) -> bytes:
    """A picture as PNG: by Chromium, or a net's by graphviz.

    Raises:
        ShapecalcError: neither is installed, or the program fails.
    """
    browser = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if browser is not None:
        return _screenshot(browser, picture)
    program = dot_program()
    if program is not None and picture.source:
        return run_dot(program, picture.source, "png")
    programs = "Chromium or graphviz" if picture.source else "Chromium"
    raise ShapecalcError(f"A PNG needs {programs}, which is not installed. Try a name that ends with .svg or .html.")


def _screenshot(browser: str, picture: Picture) -> bytes:
    """What a browser shows of a picture."""
    scale = min(_SCALE, _LONGEST / max(picture.width, picture.height))
    with tempfile.TemporaryDirectory(prefix="shapecalc-") as folder:
        source, target = Path(folder, "picture.svg"), Path(folder, "picture.png")
        source.write_text(picture.svg(), encoding="utf-8")
        words = [
            browser,
            "--headless",
            "--disable-gpu",
            "--hide-scrollbars",
            "--run-all-compositor-stages-before-draw",
            "--virtual-time-budget=1000",  # so long by its own clock, until everything is painted
            f"--user-data-dir={folder}/profile",
            f"--force-device-scale-factor={scale:g}",
            f"--window-size={round(picture.width + 0.5)},{round(picture.height + 0.5)}",
            f"--screenshot={target}",
        ]
        if hasattr(os, "geteuid") and os.geteuid() == 0:  # its sandbox refuses root
            words.append("--no-sandbox")
        try:
            ended = subprocess.run(  # noqa: S603  the program is the browser, the file our own
                [*words, source.as_uri()], capture_output=True, check=False, timeout=_PATIENCE
            )
        except subprocess.TimeoutExpired:
            raise ShapecalcError(f"{browser} has not made a PNG in {_PATIENCE} seconds. Try .svg or .html.") from None
        if not target.exists():
            raise ShapecalcError(f"{browser} has made no PNG (status {ended.returncode}). Try .svg or .html.")
        return target.read_bytes()
