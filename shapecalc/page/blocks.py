"""What a page is made of. Every text in it is one line; only a rendering breaks lines, aligns and escapes.

Blocks are tuples: as dataclasses, they would take 3 ms of the start of each command.
"""

from __future__ import annotations

from typing import Literal, NamedTuple, Protocol, final

#: What stands in a cell: one line, or several below each other.
Cell = str | tuple[str, ...]
Align = Literal["left", "right"]


class Equation(Protocol):
    """A formula with its numbers, in each notation: ⌊(130 − 3)/1⌋ + 1 = 128."""

    def text(self) -> str:
        """The equation as a line of text."""

    def latex(self) -> str:
        """The equation in LaTeX, without its delimiters."""


@final
class Lines(NamedTuple):
    """Lines that belong together: a title, a sentence, a listing. Only one that is wider than the page is broken."""

    lines: tuple[str, ...]


@final
class Column(NamedTuple):
    """A column of a table, and how it gives way in plain text where the table is too wide.

    Attributes:
        title: its header.
        align: to which side its cells stand.
        least: its cells are broken into lines down to this width before another column is missed; 0 keeps them whole
            as long as possible.
        below: whether its cells move below those of the column before it, before any column is left out.
        spare: whether and in which order columns are left out: 1 first; 0 never.
    """

    title: str
    align: Align = "left"
    least: int = 0
    below: bool = False
    spare: int = 0


@final
class Table(NamedTuple):
    """Rows of cells.

    Attributes:
        columns: the headers and how the columns are laid out.
        rows: one cell for each column.
        omitted: a line in place of the rows that are left out, or "".
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    omitted: str = ""

    def filled(self, *titles: str) -> Table:
        """The table without those columns of these titles in which nothing stands."""
        titled = [column.title for column in self.columns]
        places = [at for at, title in enumerate(titled) if title not in titles or any(row[at] for row in self.rows)]
        rows = tuple([tuple([row[at] for at in places]) for row in self.rows])
        return Table(tuple([self.columns[at] for at in places]), rows, self.omitted)


@final
class Notes(NamedTuple):
    """Words behind their labels, broken into lines that hang below the words.

    Attributes:
        notes: each label with its words. A no-break space in the words is a space at which no line ends.
        title: the line above them, or "".
        margin: how wide the labels are at least, with the space behind them, which is two characters or more.
        indent: how far the labels stand from the edge.
        hanging: how much farther the second line of the words stands from the edge than the first.
        limit: lines are no longer than this even where there is room; 0 for no limit.
    """

    notes: tuple[tuple[str, str], ...]
    title: str = ""
    margin: int = 0
    indent: int = 0
    hanging: int = 0
    limit: int = 0


@final
class Sum(NamedTuple):
    """Terms below each other, and what they come to.

    Attributes:
        rows: each sign ("", "+", "−" or "=") with its number and with what the number is of.
        align: to which side the numbers stand.
    """

    rows: tuple[tuple[str, str, str], ...]
    align: Align = "right"


@final
class Alternatives(NamedTuple):
    """A number that comes out of several formulas.

    Attributes:
        equations: the name of each formula with its equation.
    """

    equations: tuple[tuple[str, Equation], ...]


@final
class Derivation(NamedTuple):
    """The numbers of one thing with the equations that they come from.

    Attributes:
        name: what the numbers are of: a layer's name.
        subject: what it is: ``Conv2d(3, 10, 3)``, or "".
        change: what it does: ``3x130x130 → 10x128x128``, or "".
        steps: each label with its equation, or with one equation for each of several formulas.
        remarks: lines behind them.
        notes: words below the lines, behind labels.
    """

    name: str
    subject: str = ""
    change: str = ""
    steps: tuple[tuple[str, Equation | Alternatives], ...] = ()
    remarks: tuple[str, ...] = ()
    notes: Notes | None = None


#: The closed set, for ``match`` with ``assert_never``.
Block = Lines | Table | Notes | Sum | Derivation
