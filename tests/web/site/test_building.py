"""The static site as a folder, without what comes from registries."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from shapecalc.errors import SpecError
from shapecalc.web.site import building
from shapecalc.web.site.answering import answer_message
from shapecalc.web.site.building import COMPRESSED_LIMIT, SITE_POLICY, build_site, site_files
from shapecalc.web.site.downloads import GRANDALF, PYODIDE, WHEELS, Download, fetch


@pytest.fixture(autouse=True)
def _no_registry(monkeypatch):
    """What the registries have is a few bytes."""
    monkeypatch.setattr(
        building, "pyodide_files", lambda _: {"pyodide.mjs": b"// Python", "pyodide.asm.wasm": b"\0asm"}
    )
    monkeypatch.setattr(building, "documents_archive", lambda _: b"PK documents")
    monkeypatch.setattr(building, "library_files", lambda _: {"grandalf/__init__.py": b""})


@pytest.fixture
def files():
    """The files of a site."""
    return site_files(Path())


def test_the_same_version_writes_the_same_bytes(tmp_path):
    """In any folder, at any time."""
    folders = [tmp_path / name for name in ("first", "second")]
    for folder in folders:
        build_site(folder, downloads=tmp_path)
    first, second = ({file.relative_to(folder): file.read_bytes() for file in _all(folder)} for folder in folders)
    assert first == second


def _all(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.rglob("*")) if path.is_file()]


def test_every_file_is_listed_for_the_time_without_a_network(files):
    """What keeps the files names all of them but the page, which it asks for as a folder, and itself."""
    first = files["sw.js"].decode().partition("\n")[0]
    assert {*json.loads(first.removeprefix("const FILES = ").rstrip(";"))} == files.keys() - {"index.html", "sw.js"}


def test_the_policy_is_strict_and_stands_before_all_else(files):
    """WebAssembly is the one exception; whatever the page names is a file of the site, relative to it."""
    page = files["index.html"].decode()
    policy = re.search(r'<head><meta http-equiv="Content-Security-Policy" content="([^"]*)">', page)
    assert policy
    assert policy[1].replace("&#x27;", "'") == SITE_POLICY
    directives = dict(each.strip().split(" ", 1) for each in SITE_POLICY.split(";"))
    assert directives["default-src"] == "'none'"
    assert directives["script-src"] == "'self' 'wasm-unsafe-eval'"
    assert not re.search(r"unsafe-(?!eval')|(?<!wasm-)unsafe-eval|https?:|\*", SITE_POLICY)
    named = re.findall(r'(?:src|(?<!a )href)="([^"]*)"', re.sub(r"<a [^>]*>", "", page))
    assert {name.removeprefix("./") for name in named} <= files.keys()
    assert not re.search(r"<script(?![^>]*src=)|<style| style=| on\w+=", page)


def test_links_hold_the_address_behind_the_hash(files):
    """The host has no file for a page; files keep their names."""
    page = files["index.html"].decode()
    assert 'href="#/net?' in page
    assert 'href="./net' not in page
    answer = answer_message(json.dumps({"method": "GET", "path": "net", "query": {}, "form": {}}), {})
    assert answer is not None
    status, kind, body = answer
    assert (status, kind) == (200, "text/html; charset=utf-8")
    assert b'<a href="#/" ' in body or b'<a href="#/">' in body


def test_a_file_of_a_form_is_read():
    """The worker hands over a view of its memory."""
    request = {"method": "POST", "path": "net", "query": {}, "form": {"take": "file", "input": "3x9x9"}}
    answer = answer_message(json.dumps(request), {"file": memoryview(b"Conv2d(3, 77, 3)")})
    assert answer is not None
    assert b"77x7x7" in answer[2]


def test_a_changed_file_has_another_name(monkeypatch, files):
    """So that a browser never mixes two versions."""
    monkeypatch.setattr(building, "documents_archive", lambda _: b"PK other documents")
    changed = site_files(Path())
    differing = {path for path in files.keys() & changed.keys() if files[path] != changed[path]}
    assert differing == {"index.html", "sw.js"}
    assert files.keys() != changed.keys()


def test_an_earlier_site_is_replaced(tmp_path, monkeypatch):
    """Its files go, and nothing else does."""
    build_site(tmp_path / "site", downloads=tmp_path)
    (tmp_path / "site" / "CNAME").write_text("example.org", encoding="utf-8")
    monkeypatch.setattr(building, "documents_archive", lambda _: b"PK other documents")
    written = build_site(tmp_path / "site", downloads=tmp_path)
    left = {path.relative_to(tmp_path / "site").as_posix() for path in _all(tmp_path / "site")}
    assert left == {file.path for file in written.files} | {"CNAME"}


def test_a_folder_with_something_else_is_refused(tmp_path):
    """Nothing of it is touched."""
    (tmp_path / "thesis.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(SpecError, match="holds something else than an earlier site; choose an empty folder"):
        build_site(tmp_path, downloads=tmp_path)
    assert [path.name for path in _all(tmp_path)] == ["thesis.txt"]


def test_the_sizes_are_printed_with_their_sum(tmp_path):
    """Each file, and what all of them are against the most."""
    site = build_site(tmp_path / "site", downloads=tmp_path)
    assert site.compressed < COMPRESSED_LIMIT
    text = " ".join(str(site).split())
    assert all(file.path in text for file in site.files)
    assert f"{site.compressed:,} of at most 10,000,000 bytes, compressed by gzip" in text
    assert sum(file["compressed"] for file in site.as_dict()["files"]) == site.compressed


def test_another_file_than_the_expected_is_refused(tmp_path):
    """A hash tells."""
    (tmp_path / PYODIDE.file).write_bytes(b"something else")
    with pytest.raises(SpecError, match=r"is not pyodide@314\.0\.7: its SHA-256 is"):
        fetch(tmp_path, PYODIDE)


@pytest.mark.parametrize(
    ("command", "message"),
    [
        (
            ["/nowhere/npm"],
            r"is fetched by npm, which is not installed\. Go online for the first build, or put the file",
        ),
        (
            ["/bin/sh", "-c", "echo 'npm error network offline' >&2; exit 1"],
            "npm did not get .*: npm error network offline",
        ),
        (["/bin/sh", "-c", "exit 0"], "npm did not get .*: no such file"),
    ],
)
def test_a_client_that_fails_is_named_with_what_to_do(command, message, tmp_path, monkeypatch):
    """One line, without a traceback."""
    monkeypatch.setattr(Download, "command", lambda *_: command)
    with pytest.raises(SpecError, match=message):
        fetch(tmp_path, PYODIDE)


def test_wheels_are_fetched_for_the_platform_of_pyodide():
    """Pydantic-core has a placeholder for others; nothing is built or run."""
    (core,) = (wheel for wheel in WHEELS if wheel.requirement.startswith("pydantic-core"))
    assert core.file.endswith("-cp314-cp314-pyemscripten_2026_0_wasm32.whl")
    assert all({"--only-binary", "--no-deps"} <= {*wheel.command(Path())} for wheel in (*WHEELS, GRANDALF))
