"""The file: a sheet that explains, one for each input and one for each layer. The same call gives the same bytes."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, final

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, NamedStyle, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.properties import PageSetupProperties

from shapecalc.drawing.sheet.bounds import check_size
from shapecalc.drawing.sheet.cells import CellGrid, PlacedTensor, in_formula, indices, sheet_names
from shapecalc.drawing.sheet.draft import COMPUTED, CellKind, SheetDraft, fill_tensor, place_tensor
from shapecalc.drawing.sheet.job import SheetJob, UnwritableError
from shapecalc.drawing.sheet.values import Numbers
from shapecalc.drawing.sheet.writers import WRITERS
from shapecalc.drawing.windows import whole_sizes
from shapecalc.errors import SpecError
from shapecalc.formats.spreadsheet import cell, copy_without_times
from shapecalc.layers import Shape, shape_text
from shapecalc.measures import Report
from shapecalc.measures.report import Row
from shapecalc.page import Column, Page, Presentable, Table, visible

#: The name of the first sheet.
_FIRST = "net"
#: What the first sheet says.
_ABOUT = (
    "Each sheet is a layer, and each number on it a formula of the sheets that it reads.",
    "Numbers on yellow may be changed: the input on its sheet, weights and biases beside what comes out.",
    "Channels, rows and columns are counted from 0, as torch does; kernels are not turned.",
)
#: The columns of its table, and how wide they are.
_COLUMNS = (("sheet", 22), ("layer", 46), ("reads", 22), ("comes out", 14), ("parameters", 12))
#: How wide all other columns are.
_WIDTH = 10
#: Colours and formats by what a cell is for: fill, bold, colour of the letters, format of numbers.
_STYLES = {
    CellKind.HEADING: ("", True, "000000", "General"),
    CellKind.NOTE: ("", False, "555555", "General"),
    CellKind.TITLE: ("", True, "1F3864", "General"),
    CellKind.LABEL: ("", False, "7F7F7F", "0"),
    CellKind.INPUT: ("FFF2CC", False, "000000", "General"),
    CellKind.VALUE: ("E2EFDA", False, "000000", "0.0000"),
    CellKind.STEP: ("F2F2F2", False, "404040", "0.0000"),
}


@final
@dataclass(frozen=True, slots=True, eq=False)
class SheetBook(Presentable):
    """A net as a spreadsheet.

    Attributes:
        report: the measured net.
        names: the name of the sheet of each input and node.
        drafts: the sheets of the inputs and of the layers.
        origin: where the numbers come from, in words.
    """

    report: Report
    names: Mapping[str, str]
    drafts: tuple[SheetDraft, ...]
    origin: str

    def page(self) -> Page:
        columns = (
            Column("sheet", least=10),
            Column("layer", least=24),
            Column("comes out", "right"),
            Column("formulas", "right"),
            Column("numbers", "right"),
        )
        rows = tuple(
            (
                draft.name,
                layer,
                shape_text(shape),
                f"{draft.count(*COMPUTED):,}",
                f"{draft.count(CellKind.INPUT):,}",
            )
            for draft, (layer, shape) in zip(self.drafts, self._layers(), strict=True)
        )
        return Page((Table(columns, rows),))

    def as_dict(self) -> dict[str, Any]:
        """For JSON: each sheet with its layer, the shape that comes out, and how many formulas and numbers it has."""
        return {
            "sheets": [
                {
                    "sheet": draft.name,
                    "layer": layer,
                    "output": list(shape),
                    "formulas": draft.count(*COMPUTED),
                    "numbers": draft.count(CellKind.INPUT),
                }
                for draft, (layer, shape) in zip(self.drafts, self._layers(), strict=True)
            ]
        }

    def _layers(self) -> Iterator[tuple[str, Shape]]:
        for shape in self.report.net.inputs.values():
            yield "input", shape
        for row in self.report:
            yield repr(row.layer), row.output_shape

    def content(self) -> bytes:
        """The XLSX file; the same net with the same numbers gives the same bytes."""
        book = Workbook()
        book.properties.creator = "shapecalc"
        book.calculation.fullCalcOnLoad = True
        for style in map(_style, CellKind):
            book.add_named_style(style)
        _write_first(book, self)
        for draft in self.drafts:
            _write(book.create_sheet(draft.name), draft)
        raw, content = io.BytesIO(), io.BytesIO()
        book.save(raw)
        copy_without_times(raw, content)
        return content.getvalue()


def write_formulas(report: Report, values: Mapping[str, Numbers], *, origin: str = "") -> SheetBook:
    """A net as a spreadsheet, a sheet for each input and each layer.

    Args:
        report: the measured net, with an input in numbers.
        values: its inputs by name and its weights by torch's names, as :func:`seeded_values` draws them.
        origin: where the numbers come from, in words for the first sheet.

    Raises:
        SpecError: a layer has no formulas here, a size is a letter, or the file would be too large.
    """
    check_size(report)
    names = sheet_names([_FIRST, *report.net.inputs, *(row.name for row in report)])
    return SheetBook(report, names, tuple(_drafts(report, values, names)), origin)


def _drafts(report: Report, values: Mapping[str, Numbers], names: Mapping[str, str]) -> Iterator[SheetDraft]:
    """The sheets of the inputs and of the layers."""
    places: dict[str, PlacedTensor] = {}
    for name, shape in report.net.inputs.items():
        draft = SheetDraft(names[name], (f"{name}  {shape_text(shape)}", "The input: change it."))
        places[name] = place_tensor(draft, whole_sizes(shape))
        numbers = dict(zip(indices(whole_sizes(shape)), values[name].flat, strict=True))
        fill_tensor(draft, places[name], numbers.__getitem__, CellKind.INPUT)
        yield draft
    owners: dict[str, dict[str, CellGrid]] = {}
    for row in report:
        draft = SheetDraft(names[row.name], [*_heading(row)])
        owner = row.share or row.name
        numbers_of = {
            key.removeprefix(f"{owner}."): numbers for key, numbers in values.items() if key.startswith(f"{owner}.")
        }
        inputs = tuple(places[name] for name in row.reads)
        grids = owners.setdefault(owner, {})
        job = SheetJob(draft, row.layer, inputs, whole_sizes(row.output_shape), numbers_of, grids)
        places[row.name] = _placed(job, row)
        yield draft


def _placed(job: SheetJob, row: Row) -> PlacedTensor:
    """Where the values of a layer stand, once they are written.

    Raises:
        SpecError: it has no formulas here.
    """
    writer = WRITERS.get(type(row.layer).__name__, _missing)
    try:
        return writer(job)
    except UnwritableError as lack:
        raise SpecError(f"{row.name}: {row.layer!r} cannot be written as a sheet: {lack}.") from None


def _missing(job: SheetJob) -> PlacedTensor:
    raise UnwritableError("there are no formulas for this layer")


def _heading(row: Row) -> Iterator[str]:
    inputs = " and ".join(map(shape_text, row.input_shapes))
    yield f"{row.name}  {row.layer!r}  {inputs} → {shape_text(row.output_shape)}"
    yield (type(row.layer).__doc__ or "").strip().partition("\n")[0]
    yield f"reads {', '.join(row.reads)}" + (f"; the weights are those of {row.share}" if row.share else "")


def _write_first(book: Any, sheets: SheetBook) -> None:
    report, names = sheets.report, sheets.names
    sheet = book.active
    sheet.title = names[_FIRST]
    title = f"{report.net.name or 'A network'}, input {report.net.input_text()}"
    output = f"The output is on {', '.join(map(names.__getitem__, report.net.outputs))}."
    lines = [title, *_ABOUT, *filter(None, (sheets.origin,)), output]
    for place, line in enumerate(lines, 1):
        _put(sheet, place, 1, line, CellKind.NOTE if place > 1 else CellKind.HEADING)
    top = len(lines) + 2
    for column, (header, width) in enumerate(_COLUMNS, 1):
        _put(sheet, top, column, header, CellKind.TITLE)
        sheet.column_dimensions[get_column_letter(column)].width = width
    rows: list[tuple[str, list[str | float]]] = [
        (name, ["input", "", shape_text(shape), 0]) for name, shape in report.net.inputs.items()
    ]
    rows += [
        (
            row.name,
            [repr(row.layer), ", ".join(row.reads), shape_text(row.output_shape), int(str(row.parameters))],
        )
        for row in report
    ]
    _fit_on_paper(sheet)
    for place, (name, contents) in enumerate(rows, top + 1):
        link = _put(sheet, place, 1, names[name], CellKind.NOTE)
        link.hyperlink = Hyperlink(ref=link.coordinate, location=f"{in_formula(names[name])}!A1")
        for column, content in enumerate(contents, 2):
            _put(sheet, place, column, content, CellKind.NOTE)


def _write(sheet: Any, draft: SheetDraft) -> None:
    right = max(entry.column for entry in draft.cells)
    for column in range(1, right + 1):
        sheet.column_dimensions[get_column_letter(column)].width = _WIDTH
    for entry in draft.cells:
        _put(sheet, entry.row, entry.column, entry.content, entry.kind)
    sheet.freeze_panes = "A4"
    _fit_on_paper(sheet)


def _fit_on_paper(sheet: Any) -> None:
    """Print a sheet as wide as a page lies."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _put(sheet: Any, row: int, column: int, content: str | float, kind: CellKind) -> Any:
    """Write a cell; only one that is computed may be a formula."""
    entry = sheet.cell(row, column)
    if isinstance(content, str) and kind not in COMPUTED:
        entry.value = cell(visible(content))
        entry.data_type = "s"
    else:
        entry.value = content
    entry.style = kind.value
    return entry


def _style(kind: CellKind) -> NamedStyle:
    fill, bold, colour, form = _STYLES[kind]
    style = NamedStyle(kind.value, number_format=form, font=Font(name="Calibri", size=11, bold=bold, color=colour))
    if fill:
        style.fill = PatternFill("solid", start_color=fill)
    if kind is CellKind.LABEL:
        style.alignment = Alignment(horizontal="right")
    return style
