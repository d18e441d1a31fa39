"""One page in each of its renderings."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from shapecalc.page import Column, Derivation, Lines, Notes, Page, Presentable, Table


@dataclass(frozen=True)
class Written:
    """An equation in both notations."""

    plain: str
    tex: str

    def text(self) -> str:
        return self.plain

    def latex(self) -> str:
        return self.tex


SIZE = Written("⌊W/2⌋ = 64", r"\\left\\lfloor \\frac{W}{2} \\right\\rfloor = 64".replace("\\\\", "\\"))
PAGE = Page(
    (
        Lines(("input 3xHxW",)),
        Table((Column("name"), Column("output", "right")), (("pool1", "⌊W/2⌋"), ("a_b", "W")), "... and 2 more"),
        Notes((("why", "a <b> & c"),), margin=6),
        Derivation("pool1", "MaxPool2d(2)", "W → ⌊W/2⌋", (("height", SIZE),), ("a bound",)),
    )
)


def test_text():
    """Blocks stand apart; columns keep their sides."""
    assert PAGE.text().splitlines() == [
        "input 3xHxW",
        "",
        "name      output",
        "------  --------",
        "pool1      ⌊W/2⌋",
        "a_b            W",
        "... and 2 more",
        "",
        "why   a <b> & c",
        "",
        "pool1  MaxPool2d(2)  W → ⌊W/2⌋",
        "  height  ⌊W/2⌋ = 64",
        "  a bound",
    ]


def test_ascii_is_laid_out_anew():
    """Signs are spelled before the columns are measured."""
    assert PAGE.text(ascii_only=True).splitlines()[2:6] == [
        "name        output",
        "------  ----------",
        "pool1   floor(W/2)",
        "a_b              W",
    ]


def test_markdown():
    """Signs that mean something in Markdown are escaped; a table is GitHub's."""
    assert PAGE.markdown().splitlines() == [
        "input 3xHxW",
        "",
        "| name | output |",
        "| --- | ---: |",
        "| pool1 | ⌊W/2⌋ |",
        "| a\\_b | W |",
        "",
        "... and 2 more",
        "",
        "- **why** a \\<b\\> & c",
        "",
        "**pool1** `MaxPool2d(2)` W → ⌊W/2⌋",
        "",
        "- height: ⌊W/2⌋ = 64",
        "- a bound",
    ]


def test_html_is_escaped():
    """No text becomes an element."""
    assert "a &lt;b&gt; &amp; c" in PAGE.html()


def test_latex():
    """A derivation is an aligned block under its layer's name."""
    assert PAGE.latex().endswith(
        "\\paragraph{pool1} \\verb|MaxPool2d(2)|\n\\begin{align*}\n"
        "\\text{height} &= \\left\\lfloor \\frac{W}{2} \\right\\rfloor = 64\n\\end{align*}\na bound"
    )


WIDE = Table(
    (Column("name"), Column("layer", least=10), Column("why", least=12, wraps=True)), (("a", "x" * 40, "b c " * 9),)
)


@pytest.mark.parametrize("width", [40, 60, 100])
def test_columns_give_way(width):
    """Columns that may are cut or broken, in their order, until the table fits."""
    assert max(map(len, Page((WIDE,)).text(width=width).splitlines())) <= width


def test_what_a_terminal_would_obey_is_escaped():
    """An escape sequence, a line break and a sign that turns the direction of a line are spelled out."""
    assert Page((Lines(("a\x1b[31m\nb\u202ec",)),)).text() == "a\\x1b[31m\\nb\\u202ec"


def test_a_class_gives_its_page_alone():
    """``str``, HTML and Markdown follow from ``page()``."""

    class Answer(Presentable):
        def page(self) -> Page:
            return Page((Lines(("yes",)),))

    assert (str(Answer()), Answer()._repr_html_(), Answer().markdown()) == ("yes", "<p>yes</p>", "yes")
