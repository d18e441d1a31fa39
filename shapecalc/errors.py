"""The one family of exceptions: every refusal is a ShapecalcError whose message is one line for a person."""

from __future__ import annotations

from collections.abc import Iterable

#: A message is for a person: of what was quoted in it, only the ends are kept where it would be longer than this.
LONGEST = 1_000


class ShapecalcError(ValueError):
    """Something was asked that has no answer; the message says what, where and what to try."""

    def __init__(self, message: str = "") -> None:
        half = LONGEST // 2
        super().__init__(message if len(message) <= LONGEST else f"{message[:half]} ... {message[-half:]}")


class SpecError(ShapecalcError):
    """A text, document or argument could not be understood as a network."""


class ShapeError(ShapecalcError):
    """A layer cannot be applied to the shape that reaches it.

    Attributes:
        node: the name of the node that refuses, once it is known.
        repairs: changes that would make it legal, smallest first, each as a short phrase.
    """

    def __init__(self, message: str, *, node: str = "", repairs: tuple[str, ...] = ()) -> None:
        self.reason = message
        self.node = node
        self.repairs = repairs
        where = f"{node}: " if node else ""
        remedy = f" Try {', or '.join(repairs)}." if repairs else ""
        super().__init__(f"{where}{message}{remedy}")


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A clause that names the nearest known word, or "" where none is near. Long words are not compared at all."""
    if len(word) > 60:
        return ""
    from difflib import get_close_matches  # slow to import, and only ever needed by a mistake

    names = {name.lower(): name for name in known}
    found = get_close_matches(word.lower(), list(names), n=1, cutoff=0.6)
    return f" (did you mean {names[found[0]]}?)" if found else ""


def check_choice(owner: str, argument: str, value: str, allowed: Iterable[str]) -> None:
    """Refuse a word that is not among the allowed ones.

    Raises:
        SpecError: listing what is allowed.
    """
    if value not in allowed:
        choices = ", ".join(f'"{word}"' for word in allowed)
        raise SpecError(f'{owner}: {argument}="{value}" is not known; it may be {choices}.')
