"""The memo: results of pure functions, in one place that is bounded by the size of its content and can be emptied.

All functions share one budget. When their results together exceed it, the memo is emptied and fills again; so it need
not record the order of use.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, wraps
from typing import Any, ParamSpec, TypeVar, cast, final

#: The largest number of parts in the memo: about 100 MiB.
MAX_PARTS = 400_000

Arguments = ParamSpec("Arguments")
Value = TypeVar("Value")


@final
class Memo:
    """Results of pure functions.

    Args:
        limit: the largest number of parts.

    Attributes:
        parts: the number of parts: one for each result, and more for a result with many numbers or nodes.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.parts = 0
        self._clearing: list[Callable[[], None]] = []

    def remember(
        self, parts: Callable[[Any], int] | None = None
    ) -> Callable[[Callable[Arguments, Value]], Callable[Arguments, Value]]:
        """A decorator for a pure function of hashable arguments whose results are never changed.

        Args:
            parts: the number of further parts of a result (numbers, nodes or entries); by default none.
        """

        def decorate(function: Callable[Arguments, Value]) -> Callable[Arguments, Value]:
            @cache  # unbounded, because all functions share one bound
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
