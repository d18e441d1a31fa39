"""What a page is asked and what it answers, whoever carries it: a server, or a worker of the browser."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import final


def form_text(text: str) -> str:
    """A text whose lines end as on Unix; halves of characters, which no encoding has, are question marks."""
    return text.encode("utf-8", "replace").decode().replace("\r\n", "\n").replace("\r", "\n")


@final
@dataclass(frozen=True)
class WebRequest:
    """A request.

    Attributes:
        method: GET, HEAD or POST.
        path: the path below the folder of the pages, as /net.
        query: the fields of the address.
        form: the fields of the body.
        files: the content of the files in the body, by the name of the field.
        repeats: all values of the fields that the body has several times, such as boxes that are ticked.
    """

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)
    repeats: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """What a person wrote into a field, of the body or of the address, as :func:`form_text`."""
        return form_text(self.form.get(name, self.query.get(name, "")))

    def texts(self, name: str) -> tuple[str, ...]:
        """All that was chosen of a field that may have several values."""
        return tuple(self.repeats.get(name, ())) or (self.text(name),)


@final
@dataclass(frozen=True)
class WebResponse:
    """An answer.

    Attributes:
        status: as HTTP counts them.
        media_type: of the body, with its character set.
        body: the bytes.
        headers: further headers.
    """

    status: int
    media_type: str
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()
