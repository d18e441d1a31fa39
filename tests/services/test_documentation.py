"""The documentation as `make docs` builds it: whole, without broken links, and sufficient to itself."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Page

ROOT = Path(__file__).parents[2]

pytestmark = [pytest.mark.service("mkdocs"), pytest.mark.service("browser"), pytest.mark.service("chromium")]


def build(project: Path, site: Path) -> subprocess.CompletedProcess[str]:
    """What `make docs` does, into another folder."""
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(site)]
    environment = os.environ | {"NO_MKDOCS_2_WARNING": "1"}
    return subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=False)  # noqa: S603  ours


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("docs") / "site"
    outcome = build(ROOT, folder)
    assert outcome.returncode == 0, outcome.stderr
    return folder


@pytest.fixture(scope="module")
def page(browser):
    return browser.new_page()


def test_every_page_shows_without_asking_anybody(site: Path, page: Page) -> None:
    """No request leaves the folder, and the console stays empty."""
    requests: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    paths = sorted({*site.rglob("*.html")} - {site / "404.html"})  # a server shows that one at any path
    for path in paths:
        page.goto(path.as_uri())
        assert page.locator("h1").first.inner_text()
    assert len(paths) == len([*(ROOT / "docs").rglob("*.md")])
    assert [url for url in requests if not url.startswith(("file:", "data:"))] == []
    assert complaints == []


def test_the_search_needs_no_server(site: Path, page: Page) -> None:
    """A page that is opened as a file finds the others."""
    page.goto((site / "index.html").as_uri())
    page.keyboard.press("/")
    page.keyboard.type("receptive field")
    page.locator(".md-search-result__link", has_text="Receptive fields").first.click()
    page.wait_for_url("**/receptive-fields.html*")


def test_a_broken_link_and_a_page_without_its_entry_fail(tmp_path: Path) -> None:
    """The build is strict."""
    project = tmp_path / "project"
    project.mkdir()
    for folder in ("docs", "build/npm"):
        shutil.copytree(ROOT / folder, project / folder)
    shutil.copy(ROOT / "mkdocs.yml", project)
    with (project / "docs/tutorial.md").open("a", encoding="utf-8") as tutorial:
        tutorial.write("\n[nowhere](nowhere.md) and [no heading](how-to/train.md#nothing)\n")
    (project / "docs/alone.md").write_text("# Alone\n", encoding="utf-8")
    outcome = build(project, tmp_path / "site")
    assert outcome.returncode != 0
    for message in ("'nowhere.md'", "'#nothing'", "alone.md"):
        assert message in outcome.stderr, outcome.stderr
