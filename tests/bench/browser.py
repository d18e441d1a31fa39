"""The static site in Chromium: starts of the engine, and a new table against the server on the same pages."""

from __future__ import annotations

import functools
import http.server
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

from tests.bench.timing import line, ratio
from tests.needs import ROOT

STARTS = 5
TABLES = 25
READY = "#engine[data-state=ready]"


def run() -> None:
    """Print the times of both starts and of a new table, and their ratios."""
    missing = [name for name in ("chromium", "npm") if shutil.which(name) is None]
    missing += [name for name in ("playwright", "uvicorn") if find_spec(name) is None]
    if missing:
        print(f"needs {', '.join(missing)}: make services")
        return
    from playwright.sync_api import sync_playwright  # noqa: PLC0415  make services installs it

    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        with _site(Path(folder)) as site, _server() as server:
            _starts(browser, site)
            _tables(browser, site, server)
        browser.close()


def _starts(browser, site: str) -> None:
    """A start as on a first visit, then one from the memory that it kept; each in a browser of its own."""
    first, second = [], []
    for _ in range(STARTS):
        context = browser.new_context()
        page = context.new_page()
        first.append(_start(page, site))
        page.wait_for_selector("#engine[data-kept]")
        page.wait_for_selector("#engine[data-offline=ready]")
        page.close()
        second.append(_start(context.new_page(), site))
        context.close()
    print(line("engine ready, first visit", first))
    print(line("engine ready, from memory", second))
    print(f"times faster from memory: {ratio(first, second):.1f}")


def _start(page, site: str) -> float:
    page.goto(site)
    page.wait_for_selector(READY, timeout=120_000)
    return float(page.get_attribute("#engine", "data-seconds"))


def _tables(browser, site: str, server: str) -> None:
    """A net that was not seen before, from the button to its table: the worker, and the server on loopback."""
    pages = [browser.new_page() for _ in range(2)]
    pages[0].goto(site)
    pages[0].wait_for_selector(READY, timeout=120_000)
    pages[0].goto(f"{site}#/net?{urlencode({'net': 'ReLU', 'input': '3x130x130'})}")
    pages[1].goto(f"{server}net?{urlencode({'net': 'ReLU', 'input': '3x130x130'})}")
    times: tuple[list[float], list[float]] = ([], [])
    for number in range(1, TABLES + 1):
        for page, seconds in zip(pages, times, strict=True):
            seconds.append(_table(page, 100 + number))
    print(line("a new table, in the worker", times[0][1:]))
    print(line("a new table, from the server", times[1][1:]))
    print(f"times slower in the worker: {ratio(times[0][1:], times[1][1:]):.1f}")


def _table(page, filters: int) -> float:
    page.fill("#net", f"Conv2d(3, {filters}, 3) BatchNorm2d ReLU MaxPool2d(4) Conv2d({filters}, 20, 5) Flatten")
    start = time.perf_counter()
    page.click("#ask")
    page.locator("#result table", has_text=f"{filters}x128x128").first.wait_for()
    return time.perf_counter() - start


@contextmanager
def _site(folder: Path) -> Iterator[str]:
    """The address of the site on a host for files."""
    from shapecalc.web.site.building import build_site  # noqa: PLC0415  npm fetches Pyodide for it

    build_site(folder / "site", downloads=ROOT / "build" / "downloads")
    handler = functools.partial(_Quiet, directory=str(folder / "site"))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Nothing is printed."""


@contextmanager
def _server() -> Iterator[str]:
    """The address of the server of the same pages, in a thread beside the clock."""
    import uvicorn  # noqa: PLC0415  the extra brings it

    from shapecalc.web.host import application  # noqa: PLC0415  likewise

    server = uvicorn.Server(uvicorn.Config(application(), "127.0.0.1", 0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/"
    server.should_exit = True
    thread.join()
