"""Every example of the documentation runs and shows what it really prints."""

from __future__ import annotations

from pathlib import Path
from unittest.mock import patch

import pytest
from sybil.example import SybilFailure

from shapecalc.layers import REGISTRY
from tests.tools.pages import PAGES, ROOT, document, examples, unrunnable
from tests.tools.pastes import is_pasted


@pytest.fixture
def workplace(tmp_path, monkeypatch):
    """An empty folder with docs/ in it, and a terminal of 100 columns; layers that a page adds go with it."""
    (tmp_path / "docs").symlink_to(ROOT / "docs")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    with patch.dict(REGISTRY):
        yield tmp_path


#: What stands on a page whose examples build or train a net.
WITH_TORCH = (
    "$ shapecalc train",
    "$ shapecalc grade docs/examples/train-quiz",
    "$ shapecalc verify",
    "from shapecalc.pytorch import",
    "import torch\n",
)


def marked(page: Path) -> object:
    """A page as a parameter of a test, marked where its examples need torch."""
    text = page.read_text(encoding="utf-8")
    marks = [pytest.mark.torch] * any(words in text for words in WITH_TORCH)
    if not is_pasted(text, ROOT):
        marks.append(pytest.mark.skip(reason="runs in a copy that has its files: tests/docs/test_pastes.py"))
    return pytest.param(page, marks=marks)


def failures(page: Path) -> list[str]:
    found = []
    for example in examples(document(page)):
        try:
            example.evaluate()
        except SybilFailure as failed:
            found.append(str(failed))
    return found


@pytest.mark.usefixtures("workplace")
@pytest.mark.parametrize("page", [marked(page) for page in PAGES], ids=lambda page: str(page.relative_to(ROOT)))
def test_the_examples_of_a_page(page):
    """Every example on the page prints what the page shows; `python -m tests.tools.refresh_docs` rewrites it."""
    assert failures(page) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_block_of_a_page_runs(page):
    """No Python block and no shell session is left out, unless a comment says why."""
    assert unrunnable(page.read_text(encoding="utf-8")) == []


WRONG = {
    "console": "```console\n$ shapecalc --version\nshapecalc 99\n```\n",
    "two commands": "```console\n$ shapecalc --version\nshapecalc 0.1.0\n$ echo $?\n1\n```\n",
    "doctest": "```python\n>>> 1 + 1\n3\n```\n",
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_page_fails(name, workplace):
    """An output that is not the shown one is noticed."""
    page = workplace / "page.md"
    page.write_text(WRONG[name], encoding="utf-8")
    assert len(failures(page)) == 1


def test_a_block_taken_out_does_not_run(workplace):
    """A block after a comment that says why it does not run is left alone."""
    page = workplace / "page.md"
    page.write_text("<!-- not run: it only shows -->\n" + WRONG["console"], encoding="utf-8")
    assert failures(page) == []


@pytest.mark.parametrize("block", ["```py\n1\n```", "```\n1\n```", "```text\n$ shapecalc\n```", "```bash\nls\n```"])
def test_a_block_that_would_not_run_is_noticed(block):
    """A block of a language that nothing runs, or a session passed off as text, is reported with its line."""
    assert [problem.split(":")[0] for problem in unrunnable(f"# Title\n\n{block}\n")] == ["line 3"]
