"""The static site in Chromium: a first visit, one without a network, one to a page that was shown before."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from shapecalc.web.net_form import VIEWS
from shapecalc.web.request import WebRequest
from shapecalc.web.respond import respond, static_file
from shapecalc.web.site import building
from shapecalc.web.site.building import COMPRESSED_LIMIT, SITE_POLICY, StaticSite, build_site
from tests.needs import ROOT
from tests.services.browsing import PATIENCE, check_accessible, watched
from tests.services.site_host import StaticHost, hosted

pytestmark = [pytest.mark.service(name) for name in ("browser", "chromium", "node")]

NET = {"net": "Conv2d(3, 10, 3) MaxPool2d(4) Flatten LazyLinear(10)", "input": "3x130x130"}
TABLE = f"#/net?{urlencode(NET)}"


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> StaticSite:
    """A site in a folder below another."""
    folder = tmp_path_factory.mktemp("host") / "courses" / "cnn"
    return build_site(folder, downloads=ROOT / "build" / "downloads")


@pytest.fixture(scope="module")
def host(built):
    with hosted(Path(built.folder).parents[1], SITE_POLICY, path="courses/cnn/") as host:
        yield host


@pytest.fixture
def context(browser):
    """A browser that has been nowhere yet; it must not complain, nor ask anybody but the host."""
    with watched(browser) as context:
        yield context


def visit(context: BrowserContext, host: StaticHost, place: str = "") -> Page:
    page = context.new_page()
    page.goto(host.address + place)
    return page


def ready(page: Page) -> Page:
    """The page, when the engine has started."""
    page.wait_for_selector("#engine[data-state=ready]", timeout=PATIENCE)
    return page


def kept(page: Page) -> Page:
    """The page, when its files are kept."""
    page.wait_for_selector("#engine[data-offline=ready]", timeout=PATIENCE)
    return page


def until(page: Page, question: str) -> None:
    """Wait until an asynchronous function is true; Playwright's own waiting takes the promise itself for that."""
    for _ in range(PATIENCE // 100):
        if page.evaluate(question):
            return
        page.wait_for_timeout(100)
    pytest.fail(f"{question} has not become true")


class _Text(HTMLParser):
    """The text of the part of a page that holds the answer, which has the id result."""

    def __init__(self, body: bytes) -> None:
        super().__init__()
        self.depth = 0
        self.texts: list[str] = []
        self.feed(body.decode())

    def handle_starttag(self, tag, attrs) -> None:
        if ("id", "result") in attrs or self.depth:
            self.depth += tag not in {"br", "img", "input", "link", "meta"}

    def handle_endtag(self, tag) -> None:
        self.depth -= bool(self.depth)

    def handle_data(self, data) -> None:
        if self.depth:
            self.texts.append(data)


def text_here(query: dict[str, str], address: str = "net") -> str:
    """The text of the answer on a page about a net, as Python computes it here, without spaces."""
    return "".join("".join(_Text(respond(WebRequest("GET", address, query)).body).texts).split())


def text_of(page: Page) -> str:
    """The text of the answer without spaces, once there is one."""
    page.locator("#result section > :nth-child(2)").first.wait_for()
    return "".join((page.text_content("#result") or "").split())


def test_the_site_is_small(built):
    """All files together, as a host sends them."""
    assert built.compressed <= COMPRESSED_LIMIT


def test_the_first_visit_shows_what_the_command_line_shows(context, host):
    """A link of the start page opens its table; a table that was asked for by its address is the same."""
    page = ready(visit(context, host))
    page.locator("main a[href^='#/net']").first.click()
    assert text_of(page) == text_here(NET)
    assert page.url == host.address + TABLE
    other = visit(context, host, TABLE)
    assert text_of(other) == text_here(NET)


def test_every_page_about_a_net_shows_what_the_server_shows(context, host):
    """Its picture, domain, field and code as well, whatever library they take."""
    page = ready(visit(context, host))
    query = {"net": "Conv2d(3, 4, 3) ReLU MaxPool2d(2)", "input": "3x8x8"}
    for address in VIEWS:
        page.goto(f"{host.address}#/{address}?{urlencode(query)}")
        page.locator(f".views a[aria-current][href^='#/{address}?']").wait_for()
        assert text_of(page) == text_here(query, address)


def test_everything_works_without_a_network_after_the_first_visit(context, built):
    """The calculator, a net of the zoo, whose file takes pydantic, and what is typed; the host is gone."""
    with hosted(Path(built.folder), SITE_POLICY) as host:
        kept(ready(visit(context, host))).close()
    context.set_offline(True)
    page = visit(context, host, "#/net?net=zoo:resnet18")
    assert text_of(page) == text_here({"net": "zoo:resnet18"})
    page.fill("#net", NET["net"])
    page.fill("#input", NET["input"])
    page.click("#ask")
    expect(page.locator("main")).to_contain_text("linear1")


def test_the_last_table_shows_before_the_engine(context, browser, host):
    """What was shown last is there at once, even if the engine never starts."""
    page = visit(context, host, TABLE)
    page.locator("main table").first.wait_for()
    state = context.storage_state()
    with watched(browser, storage_state=state, service_workers="block") as later:
        later.route("**/engine-*.zip", lambda _: None)  # it is never answered
        page = visit(later, host)
        assert text_of(page) == text_here(NET)
        assert page.url == host.address + TABLE
        assert page.get_attribute("#engine", "data-state") is None
        later.unroute_all(behavior="ignoreErrors")


def test_the_second_start_is_from_memory(context, host):
    """The memory of the first one is kept, and serves documents as well."""
    assert ready(visit(context, host)).get_attribute("#engine", "data-memory") == "false"
    page = context.pages[0]
    page.wait_for_selector("#engine[data-kept]")
    page.close()
    page = ready(visit(context, host))
    assert page.get_attribute("#engine", "data-memory") == "true"
    page.goto(f"{host.address}#/net?net=zoo:lenet5")
    assert text_of(page) == text_here({"net": "zoo:lenet5"})


def test_back_and_forward_go_through_the_pages(context, host):
    """The address of a page is in the history, below any folder."""
    page = ready(visit(context, host))
    page.locator("main a[href^='#/net']").first.click()
    page.locator("main table").first.wait_for()
    page.go_back()
    expect(page.locator("h1")).to_have_text("What comes out of each layer")
    page.go_forward()
    assert text_of(page) == text_here(NET)


def test_a_new_version_replaces_the_one_before(context, tmp_path, monkeypatch):
    """It is fetched beside the old one, which goes when no tab has it any more."""
    downloads = ROOT / "build" / "downloads"
    older = build_site(tmp_path, downloads=downloads)
    with hosted(tmp_path, SITE_POLICY) as host:
        kept(ready(visit(context, host))).close()
        monkeypatch.setattr(building, "static_file", lambda name: static_file(name) + b"\n")
        newer = build_site(tmp_path, downloads=downloads)
        page = ready(visit(context, host))
        until(page, f"async () => (await {PAGE_KEPT}).includes('{_scripts(newer)}')")
        page.close()
        page = kept(ready(visit(context, host)))
        assert page.evaluate("document.scripts[0].src") == f"{host.address}{_scripts(newer)}"
        until(page, f"async () => !(await {CACHED}).includes('{_scripts(older)}')")


#: The paths of the files that the browser keeps.
CACHED = """(async () => {
    const files = await (await caches.open("shapecalc-files")).keys();
    return files.map((file) => file.url.slice(document.baseURI.lastIndexOf("/") + 1));
})()"""
#: The page that the browser keeps, which is fetched behind the files that it names.
PAGE_KEPT = """(async () => (await (await caches.open("shapecalc-files")).match("./")).text())()"""


def _scripts(site: StaticSite) -> str:
    """The path of the first module of a site's page."""
    return next(file.path for file in site.files if file.path.endswith("/shapecalc.js"))


def test_a_file_stays_in_the_browser(context, host):
    """A file that is chosen is read by the worker; the host is asked for nothing."""
    page = ready(visit(context, host, TABLE))
    kept(page)
    asked = len(host.requests)
    source = "from torch import nn\nnet = nn.Sequential(nn.Conv2d(3, 77, 3), nn.ReLU())\n"
    page.set_input_files("input[type=file]", {"name": "n.py", "mimeType": "text/x-python", "buffer": source.encode()})
    expect(page.locator("#result")).to_contain_text("77x128x128")
    assert len(host.requests) == asked


@pytest.mark.parametrize("place", ["#/../../net?net=1", "#/%00", "#/net?net=%3Cscript%3Ealert(1)%3C/script%3E", "#//x"])
def test_a_strange_address_is_a_page_that_says_so(place, context, host):
    """Nothing of an address runs, leaves the folder or stops the pages."""
    page = ready(visit(context, host, place))
    assert page.locator("h1").count() == 1
    assert page.locator("main script").count() == 0


def test_a_start_that_fails_says_so(browser, host):
    """What is missing is named."""
    context = browser.new_context(service_workers="block")
    context.route("**/engine-*.zip", lambda route: route.fulfill(status=404))
    page = context.new_page()
    page.goto(host.address)
    page.wait_for_selector("#engine[data-state=failed]", timeout=PATIENCE)
    expect(page.locator("#engine")).to_contain_text("404")
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_are_accessible_on_a_phone(scheme, browser, host):
    """No rule of axe is broken, and nothing is wider than the screen."""
    with watched(browser, viewport={"width": 360, "height": 740}, color_scheme=scheme) as context:
        for place in ("", TABLE):
            page = ready(visit(context, host, place))
            page.locator("main h1").wait_for()
            check_accessible(page)
