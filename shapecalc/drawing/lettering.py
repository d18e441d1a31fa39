"""How much room text takes: an estimate that holds for the usual sans-serif fonts, and lines broken to fit."""

from __future__ import annotations

from shapecalc.page.signs import visible

#: Widths of characters as parts of the size of the font: of the widest of Arial, Helvetica, Segoe UI and DejaVu Sans.
_NARROW, _DIGIT, _WIDE, _OTHER = 0.36, 0.64, 0.80, 0.62
_SLIM = frozenset("ijlI.,:;'|()[]! ")
_BROAD = frozenset("mwMW@%—×…")


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """The width of a line of text in pixels, rather too large than too small.

    Args:
        text: the line.
        size: the size of its font in pixels.
        bold: whether it is set in bold.
    """
    return sum(map(_width, visible(text))) * size * (1.08 if bold else 1)


def _width(char: str) -> float:
    if char in _SLIM:
        return _NARROW
    if char in _BROAD:
        return 0.95
    if char.isdigit():
        return _DIGIT
    if not char.isascii():
        return 1.0 if ord(char) > 0x2E7F else _WIDE  # ideographs fill a square
    return _WIDE if char.isupper() else _OTHER


def shortened(text: str, width: float, size: float, *, bold: bool = False, at_end: bool = False) -> str:
    """A line of text, cut with an ellipsis where it is wider than ``width`` pixels.

    Args:
        text: the line.
        width: how wide it may be, in pixels.
        size: the size of its font.
        bold: whether it is set in bold.
        at_end: whether its end is what stays: of a name, layer1.0.conv1.
    """
    text = visible(text)
    if text_width(text, size, bold=bold) <= width:
        return text
    room = width - text_width("…", size, bold=bold)
    for length in range(min(len(text), int(width)), 0, -1):
        part = text[-length:] if at_end else text[:length]
        if text_width(part, size, bold=bold) <= room:
            return f"…{part.lstrip()}" if at_end else f"{part.rstrip()}…"
    return "…"


def wrapped(text: str, width: float, size: float, *, most: int = 8) -> list[str]:
    """Lines of text of at most ``width`` pixels, broken at spaces; a word that is wider is cut.

    Args:
        text: the text.
        width: how wide a line may be, in pixels.
        size: the size of the font.
        most: how many lines there may be; the last of them ends with an ellipsis where more is left.
    """
    rows: list[str] = []
    for word in visible(text).split(" "):
        longer = f"{rows[-1]} {word}" if rows else word
        if rows and text_width(longer, size) <= width:
            rows[-1] = longer
        elif len(rows) == most:
            rows[-1] = shortened(f"{rows[-1]} {word}", width, size)
            if not rows[-1].endswith("…"):
                rows[-1] += "…"
            break
        else:
            rows.append(word)
    return [shortened(row, width, size) for row in rows]
