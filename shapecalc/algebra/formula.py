"""A formula: a plain function of named integers, with the readings that need its names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from operator import itemgetter
from typing import Any, final

from shapecalc.algebra.expr import Int, Name, count_nodes
from shapecalc.algebra.memo import remember

#: The arguments of formulas by name: integers, tuples with one integer per axis, and the settings of a layer.
Env = Mapping[str, Any]

#: Values at which the textbook formula leaves a name out.
SILENT = {"dilation": 1, "groups": 1, "output_padding": 0, "extra": 0, "directions": 1}

#: Names of places rather than of amounts: a tree has their numbers, never a letter.
STRUCTURE = frozenset({"dim", "first", "last", "parts", "sizes", "widest"})

#: The padding on the two sides of an axis: one letter, P, where the two are equal.
SIDES = ("before", "after")


@final
class Formula:
    """One formula of a layer, read by value (:meth:`at`) or as a tree (:meth:`tree`).

    Args:
        function: takes integers (or tuples of them) by name; only ``+ - * //`` and the functions of
            :mod:`shapecalc.algebra.expr` may be applied to them.
        names: the names of its integers, where they are not the names of the function's arguments.
    """

    __slots__ = ("function", "names", "values")

    def __init__(self, function: Callable[..., Any], *, names: tuple[str, ...] = ()) -> None:
        self.function = function
        self.names = names or function.__code__.co_varnames[: function.__code__.co_argcount]
        #: what an environment has for the names, in their order
        self.values: Callable[[Env], Iterable[Any]] = _reader(self.names)

    def at(self, env: Env) -> Any:
        """The value for the integers in ``env``."""
        return self.function(*self.values(env))

    def tree(self, env: Env, *, silent: Mapping[str, int] = SILENT) -> Any:
        """The expression itself: names where ``env`` has integers, settings (strings, flags, None) as they are.

        Args:
            env: the values of the names.
            silent: the values at which a name is left out.
        """
        return _tree(self.function, tuple([symbol(name, env, silent) for name in self.names]))


def _nodes(trees: Any) -> int:
    """The nodes of a tree, or of one for each axis."""
    return sum(map(count_nodes, trees)) if isinstance(trees, tuple) else count_nodes(trees)


@remember(_nodes)
def _tree(function: Callable[..., Any], symbols: tuple[Any, ...]) -> Any:
    """What a formula makes of some symbols: the variants of a question differ in numbers, and share its trees."""
    return function(*symbols)


def _reader(names: tuple[str, ...]) -> Callable[[Env], Iterable[Any]]:
    """A function from an environment to the values of some names."""
    if len(names) > 1:
        return itemgetter(*names)
    if not names:
        return lambda _: ()
    (name,) = names  # of one name, itemgetter gives the value alone
    return lambda env: (env[name],)


def symbol(name: str, env: Env, silent: Mapping[str, int] = SILENT) -> Any:
    """The name that stands for a value in a tree; a tuple becomes one name per axis."""
    value = env[name]
    if isinstance(value, bool | str | float) or value is None or name in STRUCTURE:
        return value
    if isinstance(value, tuple):
        return tuple(symbol_at(name, i, axis, silent) for i, axis in enumerate(value))
    if name in SIDES and _symmetric(env):
        return Name("padding")
    return value if value == silent.get(name) else Name(name)


def symbol_at(name: str, position: int, value: Any, silent: Mapping[str, int] = SILENT) -> Any:
    """The name of one entry of a tuple; the shapes of several inputs are tuples of tuples."""
    if isinstance(value, tuple):
        return tuple(symbol_at(f"{name}{position}", i, axis, silent) for i, axis in enumerate(value))
    return value if value is None or value == silent.get(name) else Name(name, position)


def name_values(env: Env) -> dict[Name, Int]:
    """Each name that :meth:`Formula.tree` can put into a tree, with the integer that it stands for."""
    values: dict[Name, Int] = {}
    for name, value in env.items():
        _collect(values, name, value)
    if "before" in env and _symmetric(env):
        values[Name("padding")] = env["before"]
    return values


def _collect(values: dict[Name, Int], name: str, value: Any) -> None:
    if not isinstance(value, tuple):
        values[Name(name)] = value
        return
    for position, entry in enumerate(value):
        if isinstance(entry, tuple):
            _collect(values, f"{name}{position}", entry)
        else:
            values[Name(name, position)] = entry


def _symmetric(env: Env) -> bool:
    return bool(env["before"] == env["after"])
