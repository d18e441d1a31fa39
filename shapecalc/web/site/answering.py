"""Answers in the browser's worker: from what its page sends to what it is sent back."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress

from shapecalc.web.request import WebRequest, WebResponse
from shapecalc.web.respond import PAGES, respond

#: What reads documents, and is not there before it is needed.
_DOCUMENTS = ("pydantic", "yaml")
#: The address of a page, in a link.
_LINK = re.compile(rb'(<a [^>]*?href=")\./(?!static/)')
_SOURCE = """\
import torch
from torch import nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3)

    def forward(self, x):
        return self.conv(x)
"""
#: What is asked before the memory is kept, so that its modules are there at the next start.
_REHEARSALS = (
    {"net": "Conv2d(3, 10, 3, padding=1) BatchNorm2d ReLU MaxPool2d(4) Flatten Linear(1000, 10)", "input": "3x40x40"},
    {"net": "Conv2d(3, 10, 3) MaxPool2d(4)", "input": "3xHxW"},
    {"net": _SOURCE},
)


def answer_message(message: str, files: Mapping[str, bytes | memoryview]) -> tuple[int, str, bytes] | None:
    """The status, the media type and the body of an answer.

    Args:
        message: a request as JSON: its method, path, query and form.
        files: the bytes of those in its form, by the name of the field.

    Returns:
        None where the answer needs what reads documents, which is not there yet.
    """
    request = WebRequest(**json.loads(message), files={name: bytes(content) for name, content in files.items()})
    try:
        response = respond(request)
    except ModuleNotFoundError as missing:
        if missing.name in _DOCUMENTS:
            return None
        raise
    return response.status, response.media_type, body_of(response)


def body_of(response: WebResponse) -> bytes:
    """The body of a response, whose links to pages hold the address behind a ``#``: no host has a file for it."""
    return _LINK.sub(rb"\1#/", response.body) if response.media_type.startswith("text/html") else response.body


def rehearse() -> None:
    """Answer a request of each kind that needs no documents."""
    for request in _rehearsals():
        with suppress(ModuleNotFoundError):
            respond(request)


def _rehearsals() -> Iterator[WebRequest]:
    for address in PAGES:
        yield WebRequest("GET", address)
    for form in _REHEARSALS:
        yield WebRequest("POST", "net", form=form)
