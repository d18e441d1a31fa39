"""Files from outside, opened within bounds: XML without entities, archives that do not unfold to too much."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError

from shapecalc.errors import SpecError, missing_package
from shapecalc.formats.text.files import open_regular, reason_of

#: Bounds on a file, and on what an archive unfolds to.
MAX_FILE = 10_000_000
MAX_UNFOLDED = 50_000_000
MAX_MEMBERS = 5_000
#: Bounds on XML: elements in each other, and all of them.
MAX_DEPTH = 60
MAX_ELEMENTS = 500_000


def read_outside(path: Path) -> bytes:
    """The content of a file.

    Raises:
        SpecError: it cannot be read, is no regular file, or is too large.
    """
    try:
        with open_regular(path) as file:
            content = file.read(MAX_FILE + 1)
    except (OSError, ValueError) as refused:
        raise SpecError(f"Cannot read {path}: {reason_of(refused)}.") from None
    if len(content) > MAX_FILE:
        raise SpecError(f"{path} has more than {MAX_FILE:,} bytes, the most that are read.")
    return content


def xml_root(content: bytes, source: str) -> Element:
    """The root of a document, the names of its elements without their namespaces.

    Raises:
        SpecError: it is no XML, declares entities, or is too deep or too large.
    """
    try:
        from defusedxml.ElementTree import iterparse  # noqa: PLC0415  an extra, for imports only
    except ModuleNotFoundError as missing:
        raise missing_package(missing, "XML from outside", "defusedxml", "grade") from None
    try:
        return _within_bounds(iterparse(BytesIO(content), events=("start", "end"), forbid_dtd=True), source)
    except SpecError:
        raise
    except (ParseError, ValueError, LookupError) as refused:  # defusedxml's refusals are ValueErrors
        words = "it declares entities" if "Forbidden" in type(refused).__name__ else reason_of(refused)
        raise SpecError(f"{source} is no XML that can be read: {words}.") from None


def _within_bounds(events: Iterable[tuple[str, Element]], source: str) -> Element:
    """The root of a document that is read event by event.

    Raises:
        SpecError: it is too deep or too large, or empty.
    """
    depth = count = 0
    element = None
    for event, element in events:
        depth += 1 if event == "start" else -1
        count += event == "start"
        if depth > MAX_DEPTH or count > MAX_ELEMENTS:
            limits = f"at most {MAX_DEPTH} elements in each other and {MAX_ELEMENTS:,} in all are read"
            raise SpecError(f"{source} is too deep or too large: {limits}.")
        if event == "end":
            element.tag = element.tag.rpartition("}")[2]
    if element is None:
        raise SpecError(f"{source} is no XML that can be read: it is empty.")
    return element


def xml_members(content: bytes, source: str) -> dict[str, bytes]:
    """The XML files of an archive by their names, in their order.

    Raises:
        SpecError: it is no archive, or unfolds to too much.
    """
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            return {name: archive.read(name) for name in _names(archive.infolist(), source)}
    except SpecError:
        raise
    except (
        zipfile.BadZipFile,
        zlib.error,
        NotImplementedError,
        RuntimeError,
        EOFError,
        OSError,
        ValueError,
    ) as refused:
        raise SpecError(f"{source} is no archive that can be read: {reason_of(refused)}.") from None


def _names(members: list[zipfile.ZipInfo], source: str) -> list[str]:
    """The XML files of an archive.

    Raises:
        SpecError: it unfolds to too much.
    """
    size = sum(member.file_size for member in members)
    if len(members) > MAX_MEMBERS or size > MAX_UNFOLDED:
        raise SpecError(f"{source} unfolds to {size:,} bytes in {len(members):,} files; that is no quiz.")
    return [member.filename for member in members if member.filename.lower().endswith(".xml")]
