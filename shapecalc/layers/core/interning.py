"""Interning: equal layers share one object, by whose identity what is remembered of them is found."""

from __future__ import annotations

from typing import Any, final
from weakref import WeakValueDictionary


@final
class Interned:
    """The class and the values that equal layers share. Compared by identity; it lives as long as one of them."""

    __slots__ = ("__weakref__", "cls", "hash", "values")

    def __init__(self, cls: type[Any], values: tuple[Any, ...]) -> None:
        self.cls = cls
        self.values = values
        self.hash = hash((cls, values))

    @property
    def layer(self) -> Any:
        """A layer of this class and these values."""
        return self.cls.of_interned(self)


_INTERNED: WeakValueDictionary[tuple[Any, ...], Interned] = WeakValueDictionary()


def interned(cls: type[Any], values: tuple[Any, ...], reals: tuple[str, ...]) -> Interned:
    """The shared object of a class and values.

    Args:
        cls: the class.
        values: the value of each argument.
        reals: the floating-point numbers among them as they are written. 1 and 1.0 are equal, but layers that have
            them are not printed alike.
    """
    key = (cls, values, reals)
    shared = _INTERNED.get(key)
    if shared is None:
        shared = _INTERNED[key] = Interned(cls, values)
    return shared
