"""Blocks of a page that a reader pastes into the project, and their pasting into a copy of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_BLOCK = re.compile(
    r"^```python\n# (?P<place>new file|in|at the end of) (?P<path>[\w./]+)(?:, after the line of (?P<after>\w+))?\n"
    r"(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True)
class Paste:
    """A block, where it goes, and where on the page it stands.

    Attributes:
        place: "new file", "in", or "at the end of".
        path: the file, below the root of the project.
        after: for "in", the word whose import or entry in a list the block follows.
        text: what is pasted.
        span: from which character of the page to which.
    """

    place: str
    path: str
    after: str
    text: str
    span: tuple[int, int]

    def apply(self, root: Path) -> None:
        """Paste the block into the project below ``root``."""
        file = root / self.path
        match self.place:
            case "new file":
                if file.exists():
                    raise ValueError(f"{self.path} exists.")
                content = self.text
            case "at the end of":
                content = f"{file.read_text(encoding='utf-8')}\n\n{self.text}"
            case _:
                line = rf"(^from .* import {self.after} as {self.after}\n|^ *\"{self.after}\",\n)"
                before, line, behind = re.split(line, file.read_text(encoding="utf-8"), flags=re.MULTILINE)
                content = f"{before}{line}{self.text}{behind}"
        file.write_text(content, encoding="utf-8")


def pastes(page: str) -> Iterator[Paste]:
    """The blocks of a page that a reader pastes, in order."""
    for block in _BLOCK.finditer(page):
        yield Paste(block["place"], block["path"], block["after"] or "", block["text"], block.span())


def is_pasted(page: str, root: Path) -> bool:
    """Whether the project below ``root`` has the new files of a page; a page without any always runs."""
    return all((root / paste.path).exists() for paste in pastes(page) if paste.place == "new file")
