"""What MkDocs does beside building: the navigation is the index page's lists, and the search needs no server."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

#: A heading of the index page: "To learn: tutorials"; its last word names the section.
_HEADING = re.compile(r"^## .*?(\S+)$", re.MULTILINE)
#: An entry of the index page that has a page of its own.
_ENTRY = re.compile(r"\[([^\]]+)\]\(([\w./-]+\.md)\)")
#: Where `make docs` puts what a page that is opened as a file needs to search.
_WORKER = Path("build/npm/node_modules/iframe-worker/shim/index.js")


def on_config(config: Any) -> Any:
    """Read the navigation from the index page, so that it is written once."""
    index = Path(config.docs_dir, "README.md").read_text(encoding="utf-8")
    _, *parts = _HEADING.split(index)
    config.nav = [{"Home": "README.md"}] + [
        {heading.capitalize(): [{" ".join(title.split()): page} for title, page in _ENTRY.findall(text)]}
        for heading, text in zip(parts[::2], parts[1::2], strict=True)
    ]
    return config


def on_post_build(config: Any) -> None:
    """Put the script beside the pages that config.extra.polyfills names."""
    target = Path(config.site_dir, *config.extra["polyfills"][0].split("/"))
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(Path(config.config_file_path).parent / _WORKER, target)
