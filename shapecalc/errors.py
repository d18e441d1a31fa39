"""One family of exceptions: every refusal is a ShapecalcError with a message of one line."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

#: A longer message, which must quote a long text, is shortened to its two ends.
LONGEST = 1_000

#: Changes that would make a net legal, or the search for them.
Repairs = tuple[str, ...] | Callable[[], tuple[str, ...]]


class Meaning(str):
    """A repair that reads the input as it may have been meant: "input 3x32x32". A refusal asks for it first."""

    __slots__ = ()

    @property
    def question(self) -> str:
        """The repair as a question."""
        return f"Did you mean {self.removeprefix('input ')}?"


class ShapecalcError(ValueError):
    """A request without an answer; the message names the reason, the place and what to try."""

    def __init__(self, message: str = "") -> None:
        super().__init__(_shortened(message))


def _shortened(message: str) -> str:
    half = LONGEST // 2
    return message if len(message) <= LONGEST else f"{message[:half]} ... {message[-half:]}"


class SpecError(ShapecalcError):
    """A text, document or argument that cannot be understood as a network."""


class UnknownOrderError(SpecError):
    """A text shows the layers of a network, but not in which order they run.

    Attributes:
        text: the text, whose layers can still be counted.
    """

    def __init__(self, message: str, text: str = "") -> None:
        self.text = text
        super().__init__(message)

    def __reduce__(self) -> tuple[Any, ...]:
        return UnknownOrderError, (str(self), self.text)


class RefusedSourceError(SpecError):
    """A layer of a network in source code refuses what reaches it; the message names the file, the line and the reason.

    Attributes:
        net: the network up to that layer, which refuses there too.
    """

    def __init__(self, message: str, net: Any = None) -> None:
        self.net = net
        super().__init__(message)

    def __reduce__(self) -> tuple[Any, ...]:
        return RefusedSourceError, (str(self), self.net)


class ShapeError(ShapecalcError):
    """A layer cannot be applied to the shape that reaches it.

    Attributes:
        node: the name of the node that refuses, or "" while it is unknown.
        repairs: changes with each of which the whole net is legal, likeliest first, each as a short phrase.
    """

    def __init__(self, message: str, *, node: str = "", repairs: Repairs = ()) -> None:
        self.reason = message
        self.node = node
        self._repairs = repairs
        super().__init__(f"{node}: {message}" if node else message)

    @property
    def repairs(self) -> tuple[str, ...]:
        """The changes; a search for them runs when they are first needed."""
        if callable(self._repairs):
            self._repairs = self._repairs()
        return self._repairs

    @property
    def remedy(self) -> str:
        """The changes in a sentence, questions first: Try padding=1, or input 7x7. Or ""."""
        return _remedy(self.repairs).strip()

    def as_dict(self) -> dict[str, Any]:
        """For JSON: the node, why it refuses, and the changes."""
        return {"node": self.node, "message": self.reason, "repairs": list(self.repairs)}

    def __str__(self) -> str:
        place = f"{self.node}: " if self.node else ""
        return _shortened(f"{place}{self.reason}{_remedy(self.repairs)}")

    def __reduce__(self) -> tuple[Any, ...]:
        return _shape_error, (self.reason, self.node, self.repairs)


def _remedy(repairs: tuple[str, ...]) -> str:
    """The repairs as the end of a message: the questions first."""
    questions = "".join(f" {repair.question}" for repair in repairs if isinstance(repair, Meaning))
    changes = ", or ".join(repair for repair in repairs if not isinstance(repair, Meaning))
    verb = "Or try" if questions else "Try"
    return f"{questions} {verb} {changes}." if changes else questions


def _shape_error(reason: str, node: str, repairs: tuple[str, ...]) -> ShapeError:
    return ShapeError(reason, node=node, repairs=repairs)


def missing_package(missing: ModuleNotFoundError, subject: str, package: str, extra: str) -> Exception:
    """The refusal of what needs a package that is not installed; any other module that is missing is a mistake of ours.

    Args:
        missing: what Python says.
        subject: what needs it.
        package: what it is called where packages come from.
        extra: the extra of shapecalc that brings it.
    """
    if missing.name and missing.name.startswith("shapecalc"):
        return missing
    verb = "need" if subject.endswith("s") else "needs"
    return ShapecalcError(f"{subject} {verb} {package}, which is not installed. Try pip install 'shapecalc[{extra}]'.")


def did_you_mean(word: str, vocabulary: Iterable[str]) -> str:
    """A clause with the most similar word of a vocabulary, or "" if none is similar."""
    match = nearest(word, vocabulary)
    return f" (did you mean {match}?)" if match else ""


def nearest(word: str, vocabulary: Iterable[str]) -> str:
    """The most similar word of a vocabulary, or "" if none is similar. Long words are not compared."""
    return next(iter(similar(word, vocabulary, 1)), "")


#: Letters that look like others, as those.
_LOOK_ALIKE = str.maketrans("li|o", "1110")


def similar(word: str, vocabulary: Iterable[str], count: int) -> tuple[str, ...]:
    """The most similar words of a vocabulary, at most as many; those that look the same come first."""
    if len(word) > 60:
        return ()
    from difflib import get_close_matches  # noqa: PLC0415  slow to import, and only needed for mistakes

    names = {name.lower(): name for name in vocabulary}
    alike = [name for name in names if name.translate(_LOOK_ALIKE) == word.lower().translate(_LOOK_ALIKE)]
    matches = get_close_matches(word.lower(), list(names), n=count, cutoff=0.6)
    return tuple([names[name] for name in dict.fromkeys((*alike, *matches))][:count])


def check_choice(owner: str, argument: str, value: str, allowed: Iterable[str]) -> None:
    """Refuse a word that is not among the allowed ones.

    Raises:
        SpecError: the word is not allowed; the message lists the allowed words.
    """
    choices = ", ".join(f'"{word}"' for word in allowed)
    check_type(argument, value, str, f"one of the words {choices}")
    if value not in allowed:
        raise SpecError(f'{owner}: {argument}="{value}" is not known; it may be {choices}.')


def check_type(name: str, value: object, types: type | tuple[type, ...], expected: str, remedy: str = "") -> None:
    """Refuse an argument of a wrong type; True and False are no numbers.

    Args:
        name: the argument.
        value: its value.
        types: what it may be.
        expected: the same in words.
        remedy: what to try, as a sentence; or "".

    Raises:
        SpecError: it is of another type.
    """
    accepted = types if isinstance(types, tuple) else (types,)
    if not isinstance(value, accepted) or (isinstance(value, bool) and bool not in accepted):
        raise SpecError(f"Expected {expected} but got {name}={quoted(value)}.{remedy and f' {remedy}'}")


#: What a message shows of a value: so many characters, so many entries.
_SHOWN, _ENTRIES = 60, 8


def quoted(value: object) -> str:
    """A value as a message shows it, in one short line; an object is named by its class."""
    if isinstance(value, str) and len(value) > _SHOWN:
        return f"{value[:_SHOWN]!r}..."
    is_plain = value is None or isinstance(value, int | float | str | bytes | type)
    if is_plain or (isinstance(value, tuple | list | dict) and len(value) <= _ENTRIES):
        try:
            text = repr(value)
        except ValueError:  # an integer of thousands of digits
            text = ""
        if 0 < len(text) <= 2 * _SHOWN and text.isprintable():
            return text
    noun = type(value).__name__
    return f"{'an' if noun[0] in 'AEIOUaeiou' else 'a'} {noun}"
