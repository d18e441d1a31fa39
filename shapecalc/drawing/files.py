"""Files of pictures: SVG and HTML of our own, PNG by Chromium or graphviz where one of them is installed."""

from __future__ import annotations

from pathlib import Path

from shapecalc.drawing.browser import browser_file, browser_program
from shapecalc.drawing.graph.dot import dot_program, run_dot
from shapecalc.drawing.picture import Picture
from shapecalc.errors import ShapecalcError, SpecError, quoted
from shapecalc.formats.writing import write_atomically

#: The endings of the files, each a form.
ENDINGS = (".svg", ".html", ".png")
#: How many pixels a PNG has at most along a side, and how many for one of the picture where there is room.
_LONGEST, _SCALE = 16_000, 2.0


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
    browser = browser_program()
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
    options = (
        f"--force-device-scale-factor={scale:g}",
        f"--window-size={round(picture.width + 0.5)},{round(picture.height + 0.5)}",
        "--screenshot",
    )
    return browser_file(browser, picture.svg().encode(), ".svg", "PNG", options, "Try .svg or .html.")
