"""A report in other rows, or in other columns: its blocks, its types of layers, or the totals alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, final

from shapecalc.errors import SpecError
from shapecalc.measures.columns import OF_LAYERS, OF_TYPES, PROPERTIES, read_columns
from shapecalc.measures.groups import Group, blocks_of, layers_of, types_of
from shapecalc.measures.report import Report
from shapecalc.page import Page, Presentable


class Rows(StrEnum):
    """What a row of the table is; the word is the key of the rows in JSON."""

    LAYERS = "layers"
    BLOCKS = "blocks"
    TYPES = "types"
    NONE = ""


@final
@dataclass(frozen=True, eq=False)
class Summary(Presentable):
    """A report as a table of groups of layers; iterate over it for the groups.

    Attributes:
        report: the measures.
        kind: what a row is.
        groups: the rows.
        columns: the titles of the columns that were chosen; () for the usual ones.
    """

    report: Report
    kind: Rows
    groups: tuple[Group, ...]
    columns: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[Group]:
        return iter(self.groups)

    def __len__(self) -> int:
        return len(self.groups)

    def __getitem__(self, name: str) -> Group:
        group = next((group for group in self.groups if group.name == name), None)
        if group is None:
            raise SpecError(f"The table has no row {name}; it has {', '.join(group.name for group in self.groups)}.")
        return group

    @property
    def titles(self) -> tuple[str, ...]:
        """The titles of the columns."""
        return self.columns or (OF_TYPES if self.kind is Rows.TYPES else OF_LAYERS)

    def page(self) -> Page:
        """The table, and the totals of the net."""
        from shapecalc.measures.report_page import summary_page  # noqa: PLC0415  not needed for JSON

        return summary_page(self)

    def as_dict(self) -> dict[str, Any]:
        """The report's data, with ``blocks`` or ``types`` beside the ``layers``.

        Rows have the keys of the columns that were chosen; with the totals alone there are no layers.
        """
        data = {**self.report.as_dict(), **self.rows_as_dict()}
        if self.kind is Rows.NONE:
            del data["layers"]
        return data

    def rows_as_dict(self) -> dict[str, Any]:
        """The rows alone, under their key."""
        if self.kind is Rows.NONE:
            return {}
        layers = [row.as_dict() for row in self.report]
        rows = layers if self.kind is Rows.LAYERS else [group.as_dict() for group in self.groups]
        if self.columns:
            keys = {PROPERTIES[title].key for title in self.columns}
            rows = [{key: value for key, value in row.items() if key in keys} for row in rows]
        return {"layers": layers, self.kind: rows}


def summarize(
    report: Report,
    *,
    depth: int | None = None,
    by_type: bool = False,
    totals: bool = False,
    columns: str | Sequence[str] = (),
) -> Summary:
    """A report in blocks, in types of layers, or as totals; and in chosen columns. Without all of these, as layers.

    Args:
        report: the measures of a net.
        depth: fold the layers whose names begin with so many equal parts into a block: 1 for layer1, 2 for layer1.0.
        by_type: a row for each type of layer.
        totals: no rows.
        columns: their titles, or a text with commas between them.

    Raises:
        SpecError: two kinds of rows are asked for, the depth is below 1, or a column is not known.
    """
    if (depth is not None) + by_type + totals > 1:
        raise SpecError("Layers are folded to a depth, or summed by type, or left out for the totals; ask for one.")
    if totals and columns:
        raise SpecError("The totals have no columns.")
    titles = read_columns(columns, sums=by_type) if columns else ()
    if depth is not None:
        if depth < 1:
            raise SpecError(f"The depth is at least 1, not {depth}; for the totals alone there is --totals.")
        return Summary(report, Rows.BLOCKS, blocks_of(report, depth), titles)
    if by_type:
        return Summary(report, Rows.TYPES, types_of(report), titles)
    if totals:
        return Summary(report, Rows.NONE, ())
    return Summary(report, Rows.LAYERS, layers_of(report), titles)
