"""The words of a spec or an expression, with the place where each stands. Nothing is evaluated here."""

import re
from functools import cache
from typing import NamedTuple, final

from shapecalc.algebra.memo import remember
from shapecalc.errors import SpecError

#: Bounds on what is read: characters, words and layers of a text, digits of a number, brackets inside brackets.
MAX_TEXT = 2_000_000
MAX_WORDS = 400_000
MAX_LAYERS = 5_000
MAX_DIGITS = 100
MAX_DEPTH = 20

#: The characters of a text whose words are remembered.
SHORT = 500

#: Other ways to write an operator.
_SYNONYMS = {"·": "*", "×": "*", "^": "**", "−": "-", "[": "(", "]": ")", "→": "->", "=>": "->"}
#: Powers written as a raised digit: 16².
_SUPERSCRIPTS = {"²": "2", "³": "3"}


@final
class Token(NamedTuple):
    """One word: its kind ("int", "float", "name", "string", "op" or "end"), its text and where it starts.

    A string's text has its quotes, so that no two kinds share a text.
    """

    kind: str
    text: str
    at: int


#: The words of a text, closed by an "end".
Tokens = tuple[Token, ...]


@cache
def _pattern() -> re.Pattern[str]:
    # compiled when first needed: a command whose arguments are plain numbers never needs it
    return re.compile(
        r"""(?P<space>[ \t\r\n\xa0]+|\\\r?\n|\#[^\n]*)
          | (?P<float>(?:\d+\.\d*|\.\d+)(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+)
          | (?P<int>\d+(?:_\d+)*)
          | (?P<raised>[²³](?![²³]))
          | (?P<name>[^\W\d²³][^\W²³]*(?:\.[^\W\d²³][^\W²³]*)*)
          | (?P<string>"[^"\n]*"|'[^'\n]*')
          | (?P<op>->|=>|\*\*|//|[-+*/^()\[\],;|=:·×−⌊⌋⌈⌉→])
        """,
        re.VERBOSE,
    )


def tokens(source: str) -> Tokens:
    """The words of ``source``, closed by an "end".

    Raises:
        SpecError: it is too long, has too many words, or a character belongs to no word.
    """
    if len(source) > MAX_TEXT:
        raise SpecError(f"The text has {len(source):,} characters; at most {MAX_TEXT:,} are read.")
    return _tokens_of_short(source) if len(source) <= SHORT else _tokens(source)


@remember(parts=len)
def _tokens_of_short(source: str) -> Tokens:
    """As :func:`tokens`, of a text that may well be read again: a line of a network file."""
    return _tokens(source)


def _tokens(source: str) -> Tokens:
    words: list[Token] = []
    match_at = _pattern().match
    position = 0
    while position < len(source):
        match = match_at(source, position)
        if match is None:
            raise SpecError(f"{location(source, position)}: cannot read {source[position]!r}.")
        kind, text = str(match.lastgroup), match.group()
        if kind in ("int", "float") and len(text) > MAX_DIGITS:
            at = location(source, position)
            raise SpecError(f"{at}: a number has {len(text)} digits; at most {MAX_DIGITS} are read.")
        if kind == "raised":
            words += [Token("op", "**", position), Token("int", _SUPERSCRIPTS[text], position)]
        elif kind != "space":
            if len(words) >= MAX_WORDS:
                raise SpecError(f"The text has more than {MAX_WORDS:,} words.")
            words.append(Token(kind, _SYNONYMS.get(text, text), position))
        position = match.end()
    words.append(Token("end", "", len(source)))
    return tuple(words)


def location(source: str, at: int) -> str:
    """Where a character stands, as a person counts: "line 2, column 5", or just the column of a single line."""
    line = source.count("\n", 0, at) + 1
    column = at - (source.rfind("\n", 0, at) + 1) + 1
    return f"line {line}, column {column}" if "\n" in source else f"column {column}"
