"""Seeds that are a pure function of what they are for, so that a training can go on from any step."""

from __future__ import annotations

from hashlib import sha256


def seed_of(*parts: int | str) -> int:
    """The seed for what the parts name: the first 63 bits of the SHA-256 of the parts, one on each line."""
    digest = sha256("\n".join(map(str, parts)).encode()).digest()
    return int.from_bytes(digest[:8]) >> 1
