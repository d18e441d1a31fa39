"""Chromium for tests: what it complains of and whom it asks are noted, and axe looks at its pages."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Request, sync_playwright

#: Milliseconds for a start of an engine on a busy machine.
PATIENCE = 120_000
#: Reports what the policy forbids, to the console.
WATCH = "addEventListener('securitypolicyviolation', (event) => console.error('CSP', event.violatedDirective))"


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser of this machine."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        yield browser
        browser.close()


@contextmanager
def watched(browser: Browser, **choice) -> Iterator[BrowserContext]:
    """A context of the browser; what it complains of and whom it asks are checked when it closes."""
    complaints: list[str] = []
    strangers: list[str] = []

    def note(request: Request) -> None:
        if not request.url.startswith(("http://127.0.0.1:", "blob:http://127.0.0.1:", "data:")):
            strangers.append(request.url)

    context = browser.new_context(**choice)
    context.set_default_timeout(PATIENCE)
    context.add_init_script(WATCH)
    context.on("console", lambda message: complaints.append(message.text))
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    context.on("request", note)
    yield context
    context.close()
    assert (complaints, strangers) == ([], [])


def check_accessible(page: Page) -> None:
    """No rule of axe is broken, and nothing is wider than the screen."""
    violations = Axe().run(page).response["violations"]
    assert [(each["id"], each["nodes"][0]["html"]) for each in violations] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
