"""Numbers for the letters of an input, with which every condition of a network holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice, product

from shapecalc.algebra import Int, Name
from shapecalc.formats.source.equations import LARGEST, Options, holds, letters_in_condition

#: Sizes of images and sequences that are tried, the usual ones first; and numbers of channels.
USUAL = (32, 224, 28, 64, 128, 256, 96, 299, 227, 48, 512)
CHANNELS = (3, 1)
#: The largest sizes that are tried for two letters at once, and how many pairs or triples of several letters.
LARGEST_PAIR, MAX_TRIED = 128, 20_000

Values = dict[Name, Int]


def same_size(letters: Sequence[Name], size: int) -> Values:
    """The same size for every letter; three channels."""
    return {letter: CHANNELS[0] if _is_channel(letter) else size for letter in letters}


def _is_channel(letter: Name) -> bool:
    return letter.name.startswith("C")


def fitting(conditions: Sequence[Options], letters: Sequence[Name]) -> list[Values]:
    """Sizes with which the conditions hold: the first usual ones, or else others; none where none are known.

    Args:
        conditions: of each, one comparison must hold.
        letters: the letters of the input.
    """
    usual = (same_size(letters, size) for size in dict.fromkeys((*USUAL, *range(1, LARGEST + 1))))
    legal = [*islice((values for values in usual if meets(conditions, values)), 2 if letters else 1)]
    return legal or [*islice(_combined(conditions, letters), 1)]


def meets(conditions: Sequence[Options], values: Values) -> bool:
    """Whether all conditions hold."""
    return all(any(holds(option, values) for option in options) for options in conditions)


def _combined(conditions: Sequence[Options], letters: Sequence[Name]) -> Iterator[Values]:
    """Sizes that are sought for each letter alone, and then tried together."""
    alone = [_sizes(conditions, letter) for letter in letters]
    several = [options for options in conditions if len(letters_in_condition(options)) != 1]
    for sizes in islice(product(*alone), MAX_TRIED):
        values: Values = dict(zip(letters, sizes, strict=True))
        if meets(several, values):
            yield values


def _sizes(conditions: Sequence[Options], letter: Name) -> list[int]:
    """The sizes of a letter with which the conditions hold that have no other, the usual ones first."""
    own = [options for options in conditions if letters_in_condition(options) == {letter}]
    usual = (*CHANNELS, *USUAL) if _is_channel(letter) else USUAL
    sizes = dict.fromkeys((*usual, *range(1, LARGEST + 1)))
    return [size for size in sizes if meets(own, {letter: size})]


def can_be_met(conditions: Sequence[Options]) -> bool:
    """Whether each condition alone may hold: with some size of its letter, or with some two of its two letters."""
    return all(_can_be_met(options) for options in conditions)


def _can_be_met(options: Options) -> bool:
    letters = [*letters_in_condition(options)]
    if len(letters) > 2:
        return True
    largest = LARGEST if len(letters) == 1 else LARGEST_PAIR
    sizes = product((largest, *range(1, largest)), repeat=len(letters))  # most conditions hold for large sizes
    return any(meets([options], dict(zip(letters, each, strict=True))) for each in sizes)
