"""Addresses that hold what was asked: a long question is compressed into one field."""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode

from shapecalc.errors import SpecError

#: A query of more characters is compressed; one that is then longer than the second number is no address.
SHORT, MAX_ADDRESS = 1_200, 30_000
#: The most bytes to which a compressed query unfolds.
MAX_QUERY = 1_000_000
#: The field of a compressed query.
PACKED = "z"


def address(page: str, fields: Mapping[str, str]) -> str:
    """The relative address of a page with what was asked of it; "" where that is too long for one.

    Args:
        page: its name, such as net.
        fields: what was asked; those that are empty are left out.
    """
    query = urlencode({name: text for name, text in fields.items() if text})
    if len(query) > SHORT:
        packed = base64.urlsafe_b64encode(zlib.compress(query.encode(), 9)).rstrip(b"=").decode()
        query = f"{PACKED}={packed}"
    if len(query) > MAX_ADDRESS:
        return ""
    return f"./{page}?{query}" if query else f"./{page}"


def unpacked(query: Mapping[str, str]) -> Mapping[str, str]:
    """The fields of a query; those that were compressed come first.

    Raises:
        SpecError: the compressed field is damaged, or unfolds to too much.
    """
    if PACKED not in query:
        return query
    text = query[PACKED]
    try:
        content = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        reader = zlib.decompressobj()
        plain = reader.decompress(content, MAX_QUERY)
        fields = dict(parse_qsl(plain.decode(), max_num_fields=100))
    except (binascii.Error, zlib.error, ValueError):
        raise SpecError("This link is damaged; copy it whole.") from None
    if not reader.eof:
        raise SpecError("This link is damaged, or holds too much.")
    return {**fields, **{name: value for name, value in query.items() if name != PACKED}}
