"""What pure functions have returned, remembered in one place that is bounded by what it holds and can be emptied.

All remembered functions share one budget. When what they remember together exceeds it, everything is forgotten: what is
needed again is worked out again, and no order of use has to be kept.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, wraps
from typing import Any, ParamSpec, TypeVar, cast, final

#: How many parts are remembered at most: some 100 MiB.
MAX_PARTS = 400_000

Arguments = ParamSpec("Arguments")
Value = TypeVar("Value")


@final
class Memo:
    """What some pure functions have returned.

    Args:
        limit: how many parts are remembered at most.

    Attributes:
        parts: how many parts are remembered: one for each entry, and more for values of many numbers or nodes.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.parts = 0
        self._clearing: list[Callable[[], None]] = []

    def remember(
        self, parts: Callable[[Any], int] | None = None
    ) -> Callable[[Callable[Arguments, Value]], Callable[Arguments, Value]]:
        """A decorator for a pure function of hashable arguments, whose values nobody changes.

        Args:
            parts: how many numbers, nodes or entries a value holds besides its first one; none where it is left out.
        """

        def decorate(function: Callable[Arguments, Value]) -> Callable[Arguments, Value]:
            @cache  # without a bound of its own: they share one
            @wraps(function)
            def remembering(*arguments: Arguments.args, **keywords: Arguments.kwargs) -> Value:
                value = function(*arguments, **keywords)
                self.parts += 1 if parts is None else 1 + parts(value)
                if self.parts > self.limit:
                    self.clear()
                return value

            self._clearing.append(remembering.cache_clear)
            return cast("Callable[Arguments, Value]", remembering)

        return decorate

    def clear(self) -> None:
        """Forget everything."""
        for clear in self._clearing:
            clear()
        self.parts = 0


#: The memo of the engine.
MEMO = Memo(MAX_PARTS)
remember = MEMO.remember
clear = MEMO.clear
