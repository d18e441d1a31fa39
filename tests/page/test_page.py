"""One page in each of its renderings."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from shapecalc.page import Alternatives, Column, Derivation, Lines, Notes, Page, Presentable, Sum, Table


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


SUM = Sum((("", "1,234", "products"), ("−", "34", "bias"), ("=", "1,200", "what it prints")))
BOTH = Derivation(
    "pool1",
    steps=(("size, height", Alternatives((("torch", SIZE), ("keras", Written("⌈W/2⌉ = 65", ""))))),),
    notes=Notes((("why", "rounded up"), ("a longer label", "words")), margin=7, indent=2),
)


def test_a_sum():
    """Signs stand before the numbers, and numbers to the right."""
    assert Page((SUM,)).text().splitlines() == ["  1,234  products", "−    34  bias", "= 1,200  what it prints"]


def test_alternatives_and_notes():
    """The equations of one number stand below it; a label has two spaces behind it, whatever its length."""
    assert Page((BOTH,)).text(ascii_only=True).splitlines() == [
        "pool1",
        "  size, height",
        "    torch  floor(W/2) = 64",
        "    keras  ceil(W/2) = 65",
        "  why    rounded up",
        "  a longer label  words",
    ]


@pytest.mark.parametrize("name", ["markdown", "html", "latex"])
def test_each_rendering_has_all_of_a_page(name):
    """No number and no word is left out."""
    rendered = getattr(Page((SUM, BOTH)), name)()
    words = ("1,234", "bias", "size, height", "torch", "keras", "a longer label", "rounded up")
    assert [word for word in words if word not in rendered] == []


def test_narrow_paragraphs():
    """A paragraph may have a width of its own, where there is more room."""
    lines = Page((Notes((("note", "word " * 20),), limit=50),)).text(width=90).splitlines()
    assert max(map(len, lines)) <= 50


def test_words_stay_together_in_ascii():
    """Where a space must not end a line, it does not, in whatever characters the line is written."""
    page = Page((Notes((("", "w " * 18 + "a\u00a0=\u00a0⌊b⌋"),)),))
    assert [page.text(width=40, ascii_only=ascii_only).splitlines()[-1] for ascii_only in (False, True)] == [
        "a = ⌊b⌋",
        "a = floor(b)",
    ]


def test_latex():
    """A derivation is an aligned block under its layer's name."""
    assert PAGE.latex().endswith(
        "\\paragraph{pool1} \\verb|MaxPool2d(2)|\n\\begin{align*}\n"
        "\\text{height} &= \\left\\lfloor \\frac{W}{2} \\right\\rfloor = 64\n\\end{align*}\na bound"
    )


def test_latex_signs():
    """Signs of mathematics are written in math mode, signs that LaTeX obeys are escaped."""
    assert Page((Lines(("5 % of ⌊W/2⌋ ≥ 3 → a_b",)),)).latex() == (r"5 \% of $\lfloor$W/2$\rfloor$ $\geq$ 3 $\to$ a\_b")


def test_markdown_makes_no_list_of_a_line():
    """A sign that begins a line is no bullet, and backticks are no end of code."""
    page = Page((Lines(("- 3", "1. one")), Derivation("a", "f(`x`)")))
    assert page.markdown().splitlines()[:3] == ["\\- 3  ", "1\\. one", ""]
    assert "`` f(`x`) ``" in page.markdown()


LONG = Written(" = ".join(["⌊(W − F + 2P)/S⌋ + 1"] * 3), "")
LONG_PAGE = Page(
    (
        Lines(("a title of many words, " * 5, "  indented " + "word " * 20)),
        Notes((("a label", "words " * 30), ("a label as long as a sentence that is a line", "word " * 9))),
        Sum((("", "1,234", "products " * 12), ("=", "1", "sum"))),
        Derivation("conv1", "Conv2d(64, 128, 3, stride=2, padding=1, bias=False)", "64x8x8 → 128x4x4",
                   (("height, width", LONG), ("size", Alternatives((("torch", LONG), ("a long name", LONG))))),
                   ("a remark of many words " * 4,)),
    )
)  # fmt: skip


@pytest.mark.parametrize("ascii_only", [False, True])
@pytest.mark.parametrize("width", [40, 60, 80, 100])
def test_no_line_is_longer_than_the_width(width, ascii_only):
    """Whatever block it is of."""
    assert max(map(len, LONG_PAGE.text(width=width, ascii_only=ascii_only).splitlines())) <= width


def test_an_equation_is_parted_between_its_sides():
    """The second side stands below the first."""
    page = Page((Derivation("conv1", steps=(("height", LONG),)),))
    assert page.text(width=60).splitlines()[1:] == [
        "  height  ⌊(W − F + 2P)/S⌋ + 1 = ⌊(W − F + 2P)/S⌋ + 1",
        "          = ⌊(W − F + 2P)/S⌋ + 1",
    ]


def test_what_a_terminal_would_obey_is_escaped():
    """An escape sequence, a line break and a sign that turns the direction of a line are spelled out."""
    assert Page((Lines(("a\x1b[31m\nb\u202ec",)),)).text() == "a\\x1b[31m\\nb\\u202ec"


def test_a_class_gives_its_page_alone():
    """``str``, HTML and Markdown follow from ``page()``."""

    class Answer(Presentable):
        def page(self) -> Page:
            return Page((Lines(("yes",)),))

    assert (str(Answer()), Answer()._repr_html_(), Answer().markdown()) == ("yes", "<p>yes</p>", "yes")


def test_notes_without_a_label_belong_to_the_one_above():
    """A list inside of the list; a title stands out, in HTML as well."""
    page = Page((Notes((("conv1", "280"), ("", "10·27 + 10"), ("conv2", "5020")), "The keys"),))
    assert page.markdown().splitlines() == [
        *("**The keys**", "", "- **conv1** 280", "  - 10·27 + 10", "- **conv2** 5020"),
    ]
    assert page.html().startswith("<p><b>The keys</b></p>")
