"""The server of the pages: plain forms of a browser without scripts, and what its guards refuse."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from shapecalc.errors import SpecError
from shapecalc.web.guards import BURST, HEADERS, MAX_BODY
from shapecalc.web.host import application, check_address
from shapecalc.web.respond import PAGES
from tests.web.document import Document, check_harmless

NET = {"net": "Conv2d(3, 7, 3) ReLU MaxPool2d(2)", "input": "3x10x10"}


@pytest.fixture
def browser():
    with TestClient(application(), base_url="http://127.0.0.1:8000") as client:
        yield client


@pytest.mark.parametrize("page", sorted({*PAGES} - {""}))
def test_a_form_is_sent_without_scripts(page, browser):
    """What the page says of its form is enough to send it as it is, and in the address."""
    before = Document(browser.get(f"/{page}").content)
    form = next(part for part in before.of("form") if part.attributes["method"] == "post")
    fields = before.filled() | (NET if "net" in before.controls else {})
    files = {"file": ("", b"")} if form.attributes.get("enctype") == "multipart/form-data" else None
    answer = browser.post(form.attributes["action"].removeprefix("."), data=fields, files=files)
    assert answer.status_code == 200
    after = check_harmless(answer.content)
    assert {**after.filled(), **fields} == after.filled()
    assert Document(browser.get(f"/{page}", params=fields).content).text == after.text


def test_a_file_is_sent(browser):
    """With the other fields in one body."""
    source = b"from torch import nn\nnet = nn.Sequential(nn.Conv2d(3, 7, 3))\n"
    answer = browser.post("/net", data={**NET, "take": "file"}, files={"file": ("net.py", source)})
    assert "7x8x8" in Document(answer.content).text


@pytest.mark.parametrize("path", ["/", "/net", "/nothing", "/static/style.css", "/static/../guards.py"])
def test_every_response_has_the_headers(path, browser):
    """A page, a file, and what is missing."""
    headers = browser.get(path).headers
    assert {name: headers[name] for name in HEADERS} == HEADERS
    assert "'unsafe" not in headers["content-security-policy"]
    assert "server" not in headers


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "SPAM"])
def test_other_methods_are_refused(method, browser):
    """And a HEAD is answered without a body."""
    assert browser.request(method, "/net").status_code == 405
    head = browser.head("/net", params=NET)
    assert (head.status_code, head.content) == (200, b"")


@pytest.mark.parametrize("name", ["evil.example", "127.0.0.1.evil.example", "", "[::2]", "localhost.evil.example"])
def test_another_name_is_refused(name, browser):
    """A page elsewhere whose name leads to this machine reads nothing."""
    assert browser.get("/net", headers={"host": name}).status_code == 421


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost:8000", "[::1]:8000"])
def test_the_own_names_are_answered(name, browser):
    assert browser.get("/net", headers={"host": name}).status_code == 200


def test_a_body_has_a_limit(browser):
    """Declared or not, of one field or many."""
    assert browser.post("/net", data={"net": "x" * MAX_BODY}).status_code == 413
    pieces = (b"x" * (1 << 20) for _ in range(9))
    assert browser.post("/net", content=pieces).status_code == 413
    lies = browser.post("/net", content=b"", headers={"content-length": "9" * 11})
    assert lies.status_code == 413
    many = browser.post("/net", data={f"field-{number}": "x" for number in range(1_500)})
    assert many.status_code in {200, 400}


@pytest.mark.parametrize(
    "kind",
    ["multipart/form-data; boundary=x", "multipart/form-data", "application/json", "text/plain; charset=utf-99",
     "application/x-www-form-urlencoded", "multipart/form-data; boundary=x; charset=utf-99"],
)  # fmt: skip
@pytest.mark.parametrize(
    "body", [b'\xff\xfe{"net":', b"--x\r\ncontent-disposition: form-data; name=net\r\n\r\n\xff\r\n--x--"]
)
def test_a_body_that_is_no_form_is_answered(kind, body, browser):
    """By the empty form, or refused."""
    assert browser.post("/net", content=body, headers={"content-type": kind}).status_code in {200, 400}


def test_a_client_that_asks_too_fast_waits(monkeypatch, browser):
    """After a burst; the bucket fills again with time."""
    now = [1_000.0]
    monkeypatch.setattr("shapecalc.web.guards.time.monotonic", lambda: now[0])
    codes = [browser.get("/static/icon.svg").status_code for _ in range(BURST + 2)]
    assert codes == [200] * BURST + [429] * 2
    now[0] += 1
    assert browser.get("/static/icon.svg").status_code == 200


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.2", "example.org"])  # noqa: S104  refused
def test_a_public_address_is_refused_unless_forced(host):
    """In words that say what to do."""
    with pytest.raises(SpecError, match="--force"):
        check_address(host, force=False)
    check_address(host, force=True)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "127.0.0.9"])
def test_this_machine_needs_no_force(host):
    check_address(host, force=False)
