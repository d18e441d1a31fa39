"""Chromium: the program that makes a PNG or a PDF of a page, where it is installed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from shapecalc.errors import ShapecalcError

#: What Chromium and its relatives are called.
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
#: A browser that hangs is given up after so many seconds.
_PATIENCE = 60
#: The dates in a PDF, and the one that stands there instead, of the same length.
_DATES = re.compile(rb"/(CreationDate|ModDate) \(D:\d{14}")
_DATE = rb"/\1 (D:19800101000000"


def browser_program() -> str | None:
    """The path of Chromium, or None where it is not installed."""
    return next(filter(None, map(shutil.which, _BROWSERS)), None)


def browser_file(
    browser: str, content: bytes, ending: str, form: str, options: tuple[str, ...], otherwise: str
) -> bytes:
    """The file that a browser makes of a page.

    Args:
        browser: its path.
        content: the page.
        ending: how the name of a file of such a page ends: ``.svg``.
        form: what is made, in capitals: ``PNG``.
        options: those for such a file, the last without its value, which is the file: ``--screenshot``.
        otherwise: what to try if it makes none.

    Raises:
        ShapecalcError: it makes none, or takes too long.
    """
    with tempfile.TemporaryDirectory(prefix="shapecalc-") as folder:
        source, target = Path(folder, f"page{ending}"), Path(folder, f"made.{form.lower()}")
        source.write_bytes(content)
        words = [
            browser,
            "--headless",
            "--disable-gpu",
            "--hide-scrollbars",
            "--run-all-compositor-stages-before-draw",
            "--virtual-time-budget=1000",  # so long by its own clock, until everything is painted
            f"--user-data-dir={folder}/profile",
            *options[:-1],
            f"{options[-1]}={target}",
        ]
        if hasattr(os, "geteuid") and os.geteuid() == 0:  # its sandbox refuses root
            words.append("--no-sandbox")
        try:
            ended = subprocess.run(  # noqa: S603  the program is the browser, the file our own
                [*words, source.as_uri()], capture_output=True, check=False, timeout=_PATIENCE
            )
        except subprocess.TimeoutExpired:
            raise ShapecalcError(f"{browser} has not made a {form} in {_PATIENCE} seconds. {otherwise}") from None
        if not target.exists():
            raise ShapecalcError(f"{browser} has made no {form} (status {ended.returncode}). {otherwise}")
        return target.read_bytes()


def printed_pdf(html: bytes) -> bytes:
    """A page of HTML as PDF, printed by Chromium, with a fixed date.

    Raises:
        ShapecalcError: it is not installed, or makes none.
    """
    browser, otherwise = browser_program(), "Try --to html, and print that."
    if browser is None:
        raise ShapecalcError(f"A PDF needs Chromium, which is not installed. {otherwise}")
    options = ("--no-pdf-header-footer", "--print-to-pdf")
    return _DATES.sub(_DATE, browser_file(browser, html, ".html", "PDF", options, otherwise))
