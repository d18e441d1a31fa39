"""YAML as texts, lists and mappings, from the events of a parser: the one in C where PyYAML has it, which is faster.

What the one in C refuses, the other one reads again: so a refusal has the same words everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast, final

import yaml

from shapecalc.formats.text.tokens import MAX_DEPTH

#: The most values of a document: keys, texts, numbers, lists and mappings.
MAX_VALUES = 100_000
TOO_MANY = f"there are more than {MAX_VALUES:,} values"


def read_yaml(text: str) -> Any:
    """The one document of a text; None where there is none. Tags are ignored.

    Raises:
        yaml.YAMLError: it is not YAML, is nested too deeply, has too many values, an alias or a key twice.
        ValueError: an escaped character or a number is out of range.
    """
    if not yaml.__with_libyaml__:
        return _read(text, yaml.Loader)
    try:
        return _read(text, yaml.CLoader)
    except _DocumentError:
        raise
    except (yaml.YAMLError, ValueError, OverflowError):
        return _read(text, yaml.Loader)


@final
class _DocumentError(yaml.MarkedYAMLError):
    """YAML that is none of our documents."""


def _read(text: str, loader: Any) -> Any:
    return _EventReader(yaml.parse(text, loader)).document()


@final
class _EventReader:
    """Reads values from events, as many and as deep as the bounds allow."""

    def __init__(self, events: Iterator[Any]) -> None:
        self.events = events
        self.values = 0

    def document(self) -> Any:
        """The one document of the events; None where there is none."""
        next(self.events)  # the stream starts
        if isinstance(next(self.events), yaml.StreamEndEvent):
            return None
        content = self.value(next(self.events), 0)
        next(self.events)  # the document ends
        event = next(self.events)
        if isinstance(event, yaml.DocumentStartEvent):
            raise _refusal("there is more than one document", event)
        return content

    def value(self, event: Any, depth: int) -> Any:
        """The value that begins with an event."""
        self.values += 1
        if self.values > MAX_VALUES:
            raise _refusal(TOO_MANY, event)
        if isinstance(event, yaml.ScalarEvent):
            return event.value
        if isinstance(event, yaml.AliasEvent):
            raise _refusal("aliases (*name) are not read; write it out", event)
        if depth == MAX_DEPTH:
            raise _DocumentError(problem=f"nested deeper than {MAX_DEPTH}")
        return self.sequence(depth + 1) if isinstance(event, yaml.SequenceStartEvent) else self.mapping(depth + 1)

    def sequence(self, depth: int) -> list[Any]:
        """A list whose values lie at a depth."""
        values = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            values.append(self.value(event, depth))
        return values

    def mapping(self, depth: int) -> dict[str, Any]:
        """A mapping whose values lie at a depth; of a key that stands twice YAML would take the last."""
        values: dict[str, Any] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            key = self.value(event, depth)
            if not isinstance(key, str):
                raise _refusal("a key is a text, not a list or a mapping", event)
            if key in values:
                raise _refusal(f"{key[:60]} is given twice", event)
            values[key] = self.value(next(self.events), depth)
        return values


def _refusal(problem: str, event: Any) -> _DocumentError:
    return _DocumentError(problem=problem, problem_mark=cast("yaml.Mark", event.start_mark))
