"""Numbers for the letters of an input, with which every condition of a network holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, product
from typing import final

from shapecalc.algebra import Int, Name
from shapecalc.formats.source.equations import LARGEST, Options, holds, letters_in_condition
from shapecalc.formats.source.run import CONDITION, ReadingEffort

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


@final
@dataclass
class _Conditions:
    """Conditions that must all hold, each given by the comparisons of which one must.

    Those that failed last are tried first: of layers that shrink their input, the last fails for most sizes.
    """

    options: list[Options]
    effort: ReadingEffort

    def hold(self, values: Values) -> bool:
        """Whether all hold; none once the steps of the program are spent."""
        for place, options in enumerate(self.options):
            if self.effort.is_spent:
                return False
            self.effort.steps += CONDITION
            if not any(holds(option, values) for option in options):
                self.options.insert(0, self.options.pop(place))
                return False
        return True


def fitting(conditions: Sequence[Options], letters: Sequence[Name], effort: ReadingEffort) -> list[Values]:
    """Sizes with which the conditions hold: the first usual ones, or else others; none where none are known.

    Args:
        conditions: of each, one comparison must hold.
        letters: the letters of the input.
        effort: the steps of the program, to which those of the search are added.
    """
    together = _Conditions([*reversed(conditions)], effort)
    usual = (same_size(letters, size) for size in dict.fromkeys((*USUAL, *range(1, LARGEST + 1))))
    legal = [*islice((values for values in usual if together.hold(values)), 2 if letters else 1)]
    return legal or [*islice(_combined(conditions, letters, effort), 1)]


def _combined(conditions: Sequence[Options], letters: Sequence[Name], effort: ReadingEffort) -> Iterator[Values]:
    """Sizes that are sought for each letter alone, and then tried together."""
    alone = [_sizes(conditions, letter, effort) for letter in letters]
    several = _Conditions([each for each in conditions if len(letters_in_condition(each)) != 1], effort)
    for sizes in islice(product(*alone), MAX_TRIED):
        values: Values = dict(zip(letters, sizes, strict=True))
        if several.hold(values):
            yield values


def _sizes(conditions: Sequence[Options], letter: Name, effort: ReadingEffort) -> list[int]:
    """The sizes of a letter with which the conditions hold that have no other, the usual ones first."""
    own = _Conditions([each for each in conditions if letters_in_condition(each) == {letter}], effort)
    usual = (*CHANNELS, *USUAL) if _is_channel(letter) else USUAL
    sizes = dict.fromkeys((*usual, *range(1, LARGEST + 1)))
    return [size for size in sizes if own.hold({letter: size})]


def can_be_met(conditions: Sequence[Options], effort: ReadingEffort) -> bool:
    """Whether each condition alone may hold: with some size of its letter, or with some two of its two letters."""
    return all(_can_be_met(options, effort) for options in conditions)


def _can_be_met(options: Options, effort: ReadingEffort) -> bool:
    letters = [*letters_in_condition(options)]
    if len(letters) > 2:
        return True
    largest = LARGEST if len(letters) == 1 else LARGEST_PAIR
    sizes = product((largest, *range(1, largest)), repeat=len(letters))  # most conditions hold for large sizes
    condition = _Conditions([options], effort)
    return any(condition.hold(dict(zip(letters, each, strict=True))) for each in sizes)
