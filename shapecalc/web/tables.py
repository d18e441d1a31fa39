"""Tables with headings that a screen reader knows, and with buttons or links in place of the names of rows."""

from __future__ import annotations

from collections.abc import Callable

from shapecalc.page import Cell, Page, Table
from shapecalc.web.markup import Markup, element, fragment, page_markup


def table_markup(table: Table, caption: str, heading: Callable[[str], Markup | str] = str) -> Markup:
    """A table in a box that scrolls where it is too wide.

    Args:
        table: its rows, of which the first column names each.
        caption: what it is a table of.
        heading: what stands in place of a row's name.
    """
    titles = [element("th", column.title, scope="col", class_=column.align) for column in table.columns]
    rows = []
    for name, *cells in table.rows:
        first = element("th", heading(name if isinstance(name, str) else " ".join(name)), scope="row", class_="left")
        aligned = zip(cells, table.columns[1:], strict=True)
        rows.append(element("tr", first, *[element("td", _cell(cell), class_=side.align) for cell, side in aligned]))
    grid = element(
        "table",
        element("caption", caption),
        element("thead", element("tr", *titles)),
        element("tbody", *rows),
        class_="grid",
    )
    omitted = element("p", table.omitted) if table.omitted else ""
    return fragment(element("div", grid, class_="scroll", tabindex=0, role="region", aria_label=caption), omitted)


def blocks_markup(page: Page, caption: str) -> Markup:
    """The blocks of a page, whose tables have headings that a screen reader knows.

    Args:
        page: the page.
        caption: what its tables are of.
    """
    parts, tables = [], 0
    for block in page.blocks:
        if isinstance(block, Table):
            tables += 1  # regions have names of their own
            parts.append(table_markup(block, caption if tables == 1 else f"{caption}: table {tables}"))
        else:
            parts.append(page_markup(Page((block,))))
    return fragment(*parts)


def _cell(cell: Cell) -> Markup | str:
    return cell if isinstance(cell, str) else fragment(*[element("span", line, class_="line") for line in cell])
