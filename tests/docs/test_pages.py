"""The pages hang together: links lead somewhere, no page is lost, docstrings keep their word."""

from __future__ import annotations

import doctest
import importlib
import re
from pathlib import Path

import pytest

from tests.tools.pages import PAGES, ROOT

_LINK = re.compile(r"\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)")
INDEX = ROOT / "docs" / "README.md"
MODULES = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    for path in (ROOT / "shapecalc").rglob("*.py")
)


def links(page: Path) -> set[Path]:
    """The files that a page links to, as absolute paths."""
    return {(page.parent / target).resolve() for target, _ in _LINK.findall(page.read_text(encoding="utf-8")) if target}


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as they are made from their words."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    """Every file that the page links to exists."""
    assert [target for target in sorted(links(page)) if not target.exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_anchors_exist(page):
    """Every heading that the page links to exists."""
    wanted = [
        ((page.parent / target).resolve() if target else page, anchor)
        for target, anchor in _LINK.findall(page.read_text(encoding="utf-8"))
        if anchor
    ]
    assert [(target.name, anchor) for target, anchor in wanted if anchor not in anchors(target)] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_no_page_names_a_file_of_this_machine(page):
    """A traceback shows its last line, and dots for the calls."""
    assert not re.search(r'File "[^"]*", line', page.read_text(encoding="utf-8"))


def test_no_page_is_lost():
    """The index leads to every page."""
    assert {page for page in PAGES if ROOT / "docs" in page.parents} - {INDEX} - links(INDEX) == set()


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.torch] * name.startswith("shapecalc.pytorch")) for name in MODULES]
)
def test_the_examples_of_docstrings(name):
    """Every example in a docstring prints what it shows."""
    assert doctest.testmod(importlib.import_module(name), optionflags=doctest.ELLIPSIS).failed == 0
