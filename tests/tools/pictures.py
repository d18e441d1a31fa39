"""The pictures of the documentation, written by the commands that its pages show, without graphviz."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from pathlib import Path
from unittest.mock import patch

from tests.tools.pages import PAGES, ROOT, Shell

FOLDER = ROOT / "docs" / "pictures"
_COMMAND = re.compile(r"^\$ (shapecalc draw .*-o (\S+\.svg).*)$", re.MULTILINE)


def commands() -> dict[str, str]:
    """The command of each picture, by the name of its file, from the pages that show the picture."""
    texts = [page.read_text(encoding="utf-8") for page in PAGES]
    return {name: command for text in texts for command, name in _COMMAND.findall(text) if f"pictures/{name}" in text}


def drawn(name: str) -> str:
    """What a picture's command writes: where graphviz is not installed, so that all machines give the same."""
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as folder, patch.object(shutil, "which", lambda _: None):
        Path(folder, "docs").symlink_to(ROOT / "docs")
        os.chdir(folder)
        try:
            Shell().run(commands()[name])
            return Path(name).read_text(encoding="utf-8")
        finally:
            os.chdir(before)


def write() -> None:
    """Write all pictures anew."""
    FOLDER.mkdir(exist_ok=True)
    for name in commands():
        (FOLDER / name).write_text(drawn(name), encoding="utf-8")
