"""Conditions: what makes a layer legal, as comparisons of sizes with the words that say them."""

from collections.abc import Callable, Iterator
from itertools import repeat
from typing import Any, NamedTuple, final

from shapecalc.algebra import Env, Formula, Name
from shapecalc.algebra.comparison import Comparison, Relation
from shapecalc.algebra.memo import remember
from shapecalc.layers.core.interning import Interned
from shapecalc.layers.core.kinds import Shape

#: What the sizes of an input are called in conditions, as letters.
_SIZES = {name: Name(name) for name in ("W", "D")}


@final
class Require:
    """A condition of a layer class: ``left`` stands in a relation to ``right``.

    Args:
        words: the condition as a sentence of the form "... must ...".
        relation: ">=", "<=", "=" or "divides" (left divides right).
        sides: a formula for the pair (left, right), or None where the condition does not apply.
        alternatives: more comparisons, each a relation with its sides, any of which is enough in its place.
        refusal: the sentence with which a layer refuses inputs that fail; without it, the words and both sides.
    """

    __slots__ = ("_sides", "_test", "_values", "alternatives", "formula", "refusal", "relation", "words")

    def __init__(
        self,
        words: str,
        relation: str,
        sides: Callable[..., Any] | Formula,
        *,
        alternatives: tuple[tuple[str, Callable[..., Any]], ...] = (),
        refusal: Callable[[Any, tuple[Shape, ...]], str] | None = None,
    ) -> None:
        self.words = words
        self.relation = Relation(relation)
        self._test = self.relation.test
        self.formula = sides if isinstance(sides, Formula) else Formula(sides)
        # the parts of formula.at(env): conditions are read more often than anything else
        self._sides, self._values = self.formula.function, self.formula.values
        self.alternatives = tuple([(Relation(symbol), Formula(function)) for symbol, function in alternatives])
        self.refusal = refusal

    def formulas(self, place: str) -> Iterator[tuple[str, Formula]]:
        """Its formulas with the place where they stand."""
        yield place, self.formula
        for _, formula in self.alternatives:
            yield place, formula

    def options(self, env: Env) -> tuple[Comparison, ...]:
        """The comparisons, one of which must hold; none where the condition does not apply."""
        sides = self.formula.at(env)
        if sides is None:
            return ()
        return Comparison(sides[0], self.relation, sides[1]), *self._alternatives(env)

    def _alternatives(self, env: Env) -> Iterator[Comparison]:
        for relation, formula in self.alternatives:
            left, right = formula.at(env)
            yield Comparison(left, relation, right)

    def holds_everywhere(self, arguments: Env) -> bool | None:
        """Whether some arguments fulfil it (True) or fail it (False) whatever the input; None where that depends on it.

        Args:
            arguments: those of a layer along an axis.
        """
        names = self.formula.names
        if not all(name in arguments or name in _SIZES for name in names):
            return None
        sides = self._sides(*[arguments[name] if name in arguments else _SIZES[name] for name in names])
        if sides is None:
            return True
        return self._test(*sides) if {int}.issuperset(map(type, sides)) else None

    def fails(self, env: Env) -> bool:
        """Whether the condition fails, whatever the letters stand for."""
        sides = self._sides(*self._values(env))
        if sides is None:
            return False
        left, right = sides
        if type(left) is int is type(right) and self._test(left, right):
            return False  # the usual case, which needs no comparison
        if Comparison(left, self.relation, right).holds() is not False:
            return False
        return all(option.holds() is False for option in self._alternatives(env))


@final
class Condition(NamedTuple):
    """What a layer requires of inputs with letters: one of the comparisons must hold.

    Attributes:
        words: the condition as a sentence of the form "... must ...".
        options: the comparisons, one of which is enough; a merge takes equal sizes, or a size of 1.
        axis: the axis that it is for; "" where it is for none in particular.
    """

    words: str
    options: tuple[Comparison, ...]
    axis: str = ""

    def __str__(self) -> str:
        return self.words + along(self.axis)


def along(axis: str) -> str:
    """The end of a sentence about one axis: " along the height"; "" where there is none."""
    return f" along the {axis}" if axis else ""


#: A condition at work: the values of its names, and the axis that it is for, or "".
Requirement = tuple[Require, Env, str]


def equal_sizes(require: Require, left: Shape, right: Shape) -> Iterator[Requirement]:
    """A condition on ``left`` and ``right``, for each dimension of two shapes that have as many."""
    for sizes in zip(left, right, strict=True):
        yield require, dict(zip(("left", "right"), sizes, strict=True)), ""


@remember()
def open_conditions(shared: Interned, table: str) -> tuple[Require, ...]:
    """The conditions in a table of a layer's class, but for those that its arguments fulfil whatever the input.

    Args:
        shared: of the layer.
        table: ``requires``, or ``fits``, whose conditions hold along each axis.
    """
    envs = axis_arguments(shared) if table == "fits" else (_arguments(shared),)
    conditions: tuple[Require, ...] = getattr(shared.cls, table)
    still_open: list[Require] = []
    for place, require in enumerate(conditions):
        outcomes = {require.holds_everywhere(env) for env in envs}
        if False in outcomes:  # what stands behind a condition that fails need not make sense
            return (*still_open, *conditions[place:])
        if None in outcomes:
            still_open.append(require)
    return tuple(still_open)


def _arguments(shared: Interned) -> dict[str, Any]:
    return dict(zip(shared.cls.fields, shared.values, strict=True))


@remember(parts=len)
def axis_arguments(shared: Interned) -> tuple[Env, ...]:
    """The arguments of a layer along each axis; those along all axes, where they agree.

    With them stands what follows from them alone: see ``Axiswise.settle``.
    """
    arguments = _arguments(shared)
    columns = [zip(repeat(name), arguments[name]) for name in shared.cls.per_axis if isinstance(arguments[name], tuple)]
    envs = [arguments | dict(values) for values in zip(*columns, strict=True)] or [arguments]
    for env in envs:
        shared.cls.settle(env)
    return tuple(envs[:1] if envs.count(envs[0]) == len(envs) else envs)


def at_least(bound: int, name: str, *, words: str = "") -> Require:
    """The condition that a number is not smaller than 0 or 1.

    Args:
        bound: 0 or 1.
        name: the number's name in formulas.
        words: what a sentence calls it, where that is not its name.
    """
    condition = f"{words or name} must be at least {bound}" if bound else f"{words or name} must not be negative"
    return Require(condition, Relation.AT_LEAST, Formula(lambda value: (value, bound), names=(name,)))
