"""The secret that signs sessions: from the environment, from a file, or from one beside the gradebook."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from shapecalc.errors import SpecError

#: The variable that may hold it.
VARIABLE = "SHAPECALC_SECRET"
#: The fewest characters of one.
FEWEST = 32


def session_secret(book: str, file: Path | None = None) -> str:
    """The secret; a file beside the book is made where there is none, which nobody else may read.

    Args:
        book: the place of the gradebook.
        file: the file that holds it, where one is named.

    Raises:
        SpecError: it is too short, or the gradebook has no folder to keep one in.
    """
    if file is None and VARIABLE in os.environ:
        return _checked(os.environ[VARIABLE], VARIABLE)
    if file is None and "://" in book:
        raise SpecError(f"The sessions of a gradebook in a database need a secret: --secret FILE, or {VARIABLE}.")
    place = file or Path(f"{book}.secret")
    if not place.exists():
        _make(place)
    try:
        return _checked(place.read_text(encoding="utf-8"), str(place))
    except (OSError, UnicodeDecodeError) as refused:
        raise SpecError(f"The secret {place} cannot be read: {refused}.") from None


def _make(place: Path) -> None:
    try:
        with os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(secrets.token_urlsafe(FEWEST) + "\n")
    except FileExistsError:  # another server made it in the same moment
        return
    except OSError as refused:
        raise SpecError(f"The secret {place} cannot be written: {refused.strerror or refused}.") from None


def _checked(text: str, place: str) -> str:
    secret = text.strip()
    if len(secret) < FEWEST:
        raise SpecError(f"The secret in {place} has {len(secret)} characters; it needs at least {FEWEST}, at random.")
    return secret
