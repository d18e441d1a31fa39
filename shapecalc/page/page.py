"""Page: what a person is shown, as data, with its renderings; and the base class of everything that has a page."""

from __future__ import annotations

from typing import NamedTuple, final

from shapecalc.page.blocks import Block

#: How wide ``str(x)`` is, everywhere. Only the command line fits a page to its terminal.
WIDTH = 100


@final
class Page(NamedTuple):
    """Blocks one below the other."""

    blocks: tuple[Block, ...]

    def text(self, *, width: int = WIDTH, ascii_only: bool = False) -> str:
        """The page as plain text, tables fitted to ``width`` characters as far as their columns give way."""
        from shapecalc.page.plain import render  # noqa: PLC0415  textwrap, which the import of the package does not need

        return render(self.blocks, width, ascii_only=ascii_only)

    def markdown(self) -> str:
        """The page in Markdown, with tables as GitHub writes them."""
        from shapecalc.page.markdown import render  # noqa: PLC0415  only some pages become Markdown

        return render(self.blocks)

    def html(self) -> str:
        """The page as HTML elements, escaped, for a notebook or a web page."""
        from shapecalc.page.html import render  # noqa: PLC0415  only some pages become HTML

        return render(self.blocks)

    def latex(self) -> str:
        """The page in LaTeX; derivations need the package amsmath."""
        from shapecalc.page.latex import render  # noqa: PLC0415  only some pages become LaTeX

        return render(self.blocks)

    def __str__(self) -> str:
        return self.text()

    def _repr_html_(self) -> str:
        return self.html()


class Presentable:
    """Whatever can be shown to a person. Abstract: a class gives its :meth:`page`, and the rest follows from it."""

    __slots__ = ()

    def page(self) -> Page:
        """What a person is shown."""
        raise NotImplementedError

    def markdown(self) -> str:
        """The page in Markdown."""
        return self.page().markdown()

    def __str__(self) -> str:
        return self.page().text()

    def _repr_html_(self) -> str:
        return self.page().html()
