"""The picture of what an output sees: its footprint on the input, beside its place in the output."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import NamedTuple, final
from xml.etree.ElementTree import Element

from shapecalc.drawing.lettering import text_width, wrapped
from shapecalc.drawing.picture import Picture
from shapecalc.drawing.svg import add, group, number, text_lines
from shapecalc.drawing.theme import LINE, SIZE
from shapecalc.errors import SpecError, check_type, missing_package
from shapecalc.layers import shape_text
from shapecalc.measures.field.footprints import Footprint, footprint_of
from shapecalc.measures.measurement import measure
from shapecalc.measures.report import Report, Row
from shapecalc.net import Net
from shapecalc.net.arguments import check_net
from shapecalc.page.numbers import thousands

#: Positions of an input that is drawn.
MAX_CELLS = 5_000_000
#: The longer side of a map, the largest size of a cell, and the least at which cells have lines between them.
_SIDE, _CELL, _LINED = 400.0, 26.0, 5.0
#: How high a map of one axis is.
_STRIP = 26.0
#: Around the whole, between the two maps, and above each for its label.
_EDGE, _GAP, _HEAD = 18.0, 56.0, 30.0
_PLACE = re.compile(r"(.+?)(?:\[([^\[\]]*)\])?", re.DOTALL)
#: An index of more digits lies outside of every output.
_DIGITS = 9
_RULES = (
    ".map{fill:var(--padding);stroke:var(--line);stroke-width:1.5}",
    ".sees{fill:var(--spot);stroke:none}",
    ".shade{fill:#000;fill-opacity:.6;fill-rule:evenodd}",
    ".outline{fill:none;stroke:var(--ink);stroke-width:1.2}",
    ".lines{stroke:var(--grid);stroke-width:.7;fill:none}",
    ".hull{fill:none;stroke:var(--mark);stroke-width:2;stroke-dasharray:6 4}",
    ".asked{fill:var(--mark);stroke:var(--ink);stroke-width:1.2}",
    ".arrow{stroke:var(--line);stroke-width:1.5;fill:none}",
)

_Lines = Sequence[frozenset[int]]


def draw_footprint(net: Net, place: str, *, image: str | Path | None = None) -> Picture:
    """A picture of what an output position sees: exactly the input positions that it depends on.

    All channels count together. The dashed frame is the hull of what is seen; where the positions are only a bound,
    the picture says why.

    Args:
        net: the net, with numbers for its sizes; of several inputs the first is drawn.
        place: the node and the position in its output along each axis of the input, as conv2[3,4]; without a position,
            the one in the middle.
        image: the file of an image that is drawn beneath, scaled to the input.

    Raises:
        SpecError: there is no such node or position, the input has not one or two axes, or is too large, or the image
            cannot be read.
        ShapecalcError: the sizes are letters, or Pillow is not installed.

    Example:
        >>> import shapecalc
        >>> net = shapecalc.parse("Conv2d(1, 4, 3, dilation=2)", input_shape="1x9x9")
        >>> shapecalc.drawing.draw_footprint(net, "conv1[2,2]").title
        'What conv1[2, 2] sees'
    """
    check_net(net)
    return field_drawing(measure(net), place, image=image).picture()


def field_drawing(report: Report, place: str, *, image: str | Path | None = None) -> FieldDrawing:
    """As :func:`draw_footprint`, of a net that is measured already, and with the places of its cells."""
    check_type("place", place, str, "a node and a position, such as conv2[3,4]")
    row, index = _read(report, place)
    seen = footprint_of(report.net, row.name, index)
    if len(seen.lengths) > 2:
        raise SpecError(f"A field is drawn along one axis or two, and the input has {len(seen.lengths)}.")
    before, after = _CellMap.of(seen.lengths), _CellMap.of(_counts(row))
    address = None if image is None else _data_url(Path(image), before.pixels)
    return FieldDrawing(report, row, index, seen, before, after, address)


def _data_url(path: Path, size: tuple[int, int]) -> str:
    """An image within the picture itself; the extra that reads images is needed for them alone."""
    try:
        from shapecalc.drawing.images import data_url  # noqa: PLC0415  needs Pillow
    except ModuleNotFoundError as missing:
        raise missing_package(missing, "An image", "Pillow", "draw") from None
    return data_url(path, size)


def _counts(row: Row) -> tuple[int, ...]:
    return tuple([axis.count for axis in row.fields if isinstance(axis.count, int)])


def _read(report: Report, place: str) -> tuple[Row, tuple[int, ...]]:
    """The row and the position that a text names."""
    match = _PLACE.fullmatch(place.strip())
    if match is None:
        raise SpecError("The field of which output? Try the name of a node and a position in it, such as conv2[3,4].")
    name, numbers = match[1].strip(), match[2]
    if place.strip() in report.places:  # a name may have brackets itself
        name, numbers = place.strip(), None
    row = report[name]
    counts = _counts(row)
    if len(counts) < len(row.fields):
        raise SpecError("A field is drawn for numbers; give the input without letters, as in --input 3x130x130.")
    if 0 in counts:
        raise SpecError(f"Nothing comes out of {name}, so there is no position that sees anything.")
    if numbers is None:
        return row, tuple([count // 2 for count in counts])
    words = [word.strip() for word in numbers.split(",")]
    if any(not word.isdecimal() or len(word) > _DIGITS for word in words) or len(words) != len(counts):
        example = ",".join(str(count // 2) for count in counts)
        raise SpecError(
            f"A position in {name} has {len(counts)} number{'s' * (len(counts) != 1)}, one along each axis of the "
            f"input, below {' and '.join(map(str, counts))}. Try {name}[{example}]."
        )
    return row, tuple(map(int, words))


@final
class _CellMap(NamedTuple):
    """A map of positions, drawn in cells; one axis is a map of one row.

    Attributes:
        rows: how many positions there are from top to bottom.
        columns: how many from left to right.
        cell: how wide one is, in pixels.
        tall: how high one is.
    """

    rows: int
    columns: int
    cell: float
    tall: float

    @classmethod
    def of(cls, counts: Sequence[int]) -> _CellMap:
        """The map of so many positions along each axis."""
        rows, columns = (1, *counts)[-2:]
        if rows * columns > MAX_CELLS:
            raise SpecError(f"The map has {rows * columns:,} positions, and at most {MAX_CELLS:,} are drawn.")
        cell = min(_SIDE / max(rows, columns), _CELL)
        return cls(rows, columns, cell, max(cell, _STRIP) if len(counts) == 1 else cell)

    @property
    def width(self) -> float:
        """The width of the map, in pixels."""
        return self.columns * self.cell

    @property
    def height(self) -> float:
        """The height of the map, in pixels."""
        return self.rows * self.tall

    @property
    def pixels(self) -> tuple[int, int]:
        """The width and the height, in whole pixels."""
        return max(round(self.width), 1), max(round(self.height), 1)

    def path(self, lines: _Lines) -> str:
        """The outline of some cells: for each row the columns; equal rows that touch are one."""
        parts: list[str] = []
        top = 0
        for columns, alike in groupby(lines):
            height = len(list(alike))
            for first, last in _runs(columns):
                x, y, width = first * self.cell, top * self.tall, (last - first) * self.cell
                parts.append(f"M{number(x)},{number(y)}h{number(width)}v{number(height * self.tall)}h{number(-width)}z")
            top += height
        return "".join(parts)

    def grid_lines(self) -> str:
        """The lines between the cells; nothing where they would stand too close."""
        if self.cell < _LINED:
            return ""
        across = [f"M0,{number(row * self.tall)}h{number(self.width)}" for row in range(1, self.rows)]
        down = [f"M{number(column * self.cell)},0v{number(self.height)}" for column in range(1, self.columns)]
        return "".join(across + down)


def _runs(columns: frozenset[int]) -> list[tuple[int, int]]:
    """The runs of neighbouring positions, each with its first one and the one behind its last."""
    runs: list[tuple[int, int]] = []
    for column in sorted(columns):
        if runs and runs[-1][1] == column:
            runs[-1] = (runs[-1][0], column + 1)
        else:
            runs.append((column, column + 1))
    return runs


@final
class FieldDrawing(NamedTuple):
    """What is drawn of a field.

    Attributes:
        report: the measures of the net.
        row: those of the node.
        position: the place in its output along each axis.
        seen: what it depends on.
        before: the map of the input.
        after: the map of the output.
        image: the address of the image beneath, or None.
    """

    report: Report
    row: Row
    position: tuple[int, ...]
    seen: Footprint
    before: _CellMap
    after: _CellMap
    image: str | None

    def picture(self) -> Picture:
        """The drawing as a picture."""
        return Picture(self.title, self.description, self.width, self.height, self.paint, _RULES)

    def position_at(self, x: float, y: float) -> tuple[int, ...] | None:
        """The position of the output that is drawn at a point of the picture, in pixels; None beside its map."""
        column = int((x - _EDGE - self.left) // self.after.cell)
        row = int((y - _EDGE - _HEAD) // self.after.tall)
        if not (0 <= row < self.after.rows and 0 <= column < self.after.columns):
            return None
        return (row, column)[-len(self.position) :]

    @property
    def name(self) -> str:
        """The output as a person writes it."""
        return f"{self.row.name}[{', '.join(map(str, self.position))}]"

    @property
    def title(self) -> str:
        """What is shown."""
        return f"What {self.name} sees"

    @property
    def sentences(self) -> list[str]:
        """The same in words, with the numbers of the report."""
        count = sum(map(len, self.seen.lines()))
        hull = self.seen.hull
        verb = "depends on at most" if self.seen.bound else "depends on"
        positions = thousands(self.before.rows * self.before.columns)
        sentences = [f"{self.name} {verb} {thousands(count)} of {positions} positions of the input"]
        if hull is not None:
            names = self.report.field_axes
            spans = [f"{name} {first} to {last}" for name, (first, last) in zip(names, hull, strict=True)]
            sentences[0] += f", within {' and '.join(spans)}"
        sizes = " x ".join(str(axis.size) for axis in self.row.fields)
        sentences.append(f"Its receptive field, padding included, is {sizes}")
        if self.seen.bound:
            sentences.append(f"It may depend on less: {self.seen.bound}")
        return [f"{sentence}." for sentence in sentences]

    @property
    def description(self) -> str:
        """The sentences, for those who do not see the picture."""
        return " ".join(self.sentences)

    @property
    def left(self) -> float:
        """Where the map of the output begins."""
        return max(self.before.pixels[0], text_width(self._label_before, SIZE)) + _GAP

    @property
    def width(self) -> float:
        """How wide the picture is."""
        return self.left + max(self.after.pixels[0], text_width(self._label_after, SIZE)) + 2 * _EDGE

    @property
    def height(self) -> float:
        """How high it is."""
        return self._maps + LINE * (len(self._caption()) + 1) + 2 * _EDGE

    @property
    def _maps(self) -> float:
        return _HEAD + max(self.before.pixels[1], self.after.pixels[1])

    @property
    def _label_before(self) -> str:
        name = next(iter(self.report.net.inputs))
        return f"{name} {shape_text(self.report.net.inputs[name])}"

    @property
    def _label_after(self) -> str:
        return f"output of {self.row.name} {shape_text(self.row.output_shape)}"

    def _caption(self) -> list[str]:
        width = self.width - 2 * _EDGE
        return [line for sentence in self.sentences for line in wrapped(sentence, width, SIZE)]

    def paint(self, root: Element) -> None:
        """Add both maps and the caption."""
        canvas = group(root, transform=f"translate({number(_EDGE)},{number(_EDGE)})")
        add(canvas, "text", self._label_before, class_="name", x=0, y=14)
        add(canvas, "text", self._label_after, class_="name", x=self.left, y=14)
        self._paint_input(group(canvas, transform=f"translate(0,{number(_HEAD)})"))
        self._paint_output(group(canvas, transform=f"translate({number(self.left)},{number(_HEAD)})"))
        text_lines(canvas, self._caption(), 0, self._maps + LINE + 6, LINE)

    def _paint_input(self, canvas: Element) -> None:
        width, height = self.before.width, self.before.height
        cells = self.before.path(self.seen.lines())
        add(canvas, "rect", class_="map", width=width, height=height)
        if self.image is None:
            add(canvas, "path", class_="sees", d=cells)
        else:
            add(canvas, "image", href=self.image, width=width, height=height, preserveAspectRatio="none")
            add(canvas, "path", class_="shade", d=f"M0,0h{number(width)}v{number(height)}h{number(-width)}z{cells}")
        if lines := self.before.grid_lines():
            add(canvas, "path", class_="lines", d=lines)
        add(canvas, "path", class_="outline", d=cells)
        if self.seen.hull is not None:
            (top, bottom), (left, right) = ((0, 0), *self.seen.hull)[-2:]
            cell, tall = self.before.cell, self.before.tall
            add(canvas, "rect", class_="hull", x=left * cell, y=top * tall, width=(right - left + 1) * cell,
                height=(bottom - top + 1) * tall)  # fmt: skip

    def _paint_output(self, canvas: Element) -> None:
        grid = self.after
        add(canvas, "rect", class_="map", width=grid.width, height=grid.height)
        if lines := grid.grid_lines():
            add(canvas, "path", class_="lines", d=lines)
        row, column = (0, *self.position)[-2:]
        wide, tall = max(grid.cell, 4.0), max(grid.tall, 4.0)  # a single pixel would not be seen
        x, y = (column + 0.5) * grid.cell - wide / 2, (row + 0.5) * grid.tall - tall / 2
        add(canvas, "rect", class_="asked", x=x, y=y, width=wide, height=tall)
