"""Which inputs of a net give an output: all of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple, final

from shapecalc.algebra import Expr, Int, Name, evaluate, names_in, normal, plain
from shapecalc.algebra.comparison import Comparison, Relation
from shapecalc.algebra.integers import Integers, Piece, first_from, last_until
from shapecalc.algebra.single_letter import first_reaching, solve_comparison
from shapecalc.algebra.trend import increases
from shapecalc.errors import SpecError
from shapecalc.formats.text.shapes import ShapeLike
from shapecalc.layers import Shape, shape_text
from shapecalc.measures.domain import Domain
from shapecalc.net import Net
from shapecalc.solve.closed_forms import ClosedForm, closed_form
from shapecalc.solve.windows.question import read_side

#: Where two letters share a size, at most so many values of one of them are tried.
MAX_VALUES = 4_096


class Asked(NamedTuple):
    """One size of the output: what it is for every input, and what it should be."""

    size: Int
    wanted: int

    def __str__(self) -> str:
        return f"{self.size} = {self.wanted}"


class Near(NamedTuple):
    """An output size that can be had, and the inputs that give it."""

    letter: str
    size: int
    values: Integers

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {"size": self.size, "for": self.values.text(self.letter)}


#: Values of each letter, all combinations of which are answers.
Case = dict[str, Integers]


@final
class Inputs(NamedTuple):
    """The inputs that give an output; print them.

    Attributes:
        form: the net for all inputs.
        wanted: the output.
        cases: the values of each letter, together all answers; several where two letters share one size.
        where: conditions on several letters that could not be solved; they must hold in every case besides.
        missed: the output sizes that no legal input gives.
        near: the nearest ones that can be had.
    """

    form: ClosedForm
    wanted: Shape
    cases: tuple[Case, ...]
    where: tuple[str, ...]
    missed: tuple[Asked, ...]
    near: tuple[Near, ...]

    def holds(self, **numbers: int) -> bool:
        """Whether numbers in place of all letters give the output.

        Raises:
            SpecError: a letter has no number, or a name is not one of the letters.
        """
        shape = self.form.at(**numbers)
        return shape is not None and shape[len(shape) - len(self.wanted) :] == self.wanted

    def __str__(self) -> str:
        from shapecalc.write.answers import inputs_text

        return inputs_text(self)

    def _repr_html_(self) -> str:
        from shapecalc.write.answers import html

        return html(self)

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "input": self.form.report.net.input_text(),
            "output": plain(self.form.output_shape),
            "wanted": list(self.wanted),
            "cases": [{letter: values.text(letter) for letter, values in case.items()} for case in self.cases],
            "values": [{letter: values.as_dict() for letter, values in case.items()} for case in self.cases],
            **({"where": list(self.where)} if self.where else {}),
            **({} if self.cases else {"nearest": [near.as_dict() for near in self.near]}),
        }


def inputs_for(net: Net, output: ShapeLike) -> Inputs:
    """All inputs for which a net gives an output.

    Args:
        net: a network whose input, or the arguments of whose layers, have letters: ``3xHxW``.
        output: the output without the batch, ``"20x16x16"``; fewer sizes are the last ones.

    Raises:
        SpecError: the output cannot be read or has other dimensions, or there are no letters.
        ShapeError: a layer refuses its input whatever the letters stand for.

    Example:
        >>> import shapecalc
        >>> spec = "Conv2d(3, 10, 3) MaxPool2d(4) Conv2d(10, 20, 5, padding=2) MaxPool2d(2)"
        >>> answer = shapecalc.solve.inputs_for(shapecalc.parse(spec, input_shape="3xHxW"), "20x16x16")
        >>> print(answer.cases[0]["W"].text("W"))
        130 ≤ W ≤ 137
    """
    form = closed_form(net)
    if not form.letters:
        raise SpecError(f"The input {net.input_text()} has no letters; write some, as in 3xHxW.")
    wanted = _wanted(output, form.output_shape)
    asked = [Asked(size, number) for size, number in zip(form.output_shape[-len(wanted) :], wanted, strict=True)]
    values = dict(form.domain.values)
    tied, where = _joint(form.domain)
    for one in asked:
        letters = names_in(one.size)
        if len(letters) > 1 or (letters and not _take(one, next(iter(letters)), values)):
            tied[one] = None
    missed = tuple(one for one in asked if _is_missed(one, values))
    cases: list[Case] = []
    if not missed and all(values.values()):
        cases, left = _cases(values, list(tied))
        where += [str(one) for one in left]
    near = () if cases else tuple(near for one in missed for near in _nearest(one, dict(form.domain.values)))
    return Inputs(form, wanted, tuple(cases), tuple(where), missed, near)


def _joint(domain: Domain) -> tuple[dict[Asked, None], list[str]]:
    """What layers ask of several letters at once: equations, and the rest in words."""
    equations: dict[Asked, None] = {}
    words: list[str] = []
    for one in domain.multi_letter:
        (left, relation, right), *others = one.condition.options
        difference = normal(left - right)
        if relation is Relation.EQUAL and not others and isinstance(difference, Expr):
            equations[Asked(left, right) if isinstance(right, int) else Asked(difference, 0)] = None
        else:
            words.append(one.comparison)
    return equations, words


def _is_missed(asked: Asked, values: Case) -> bool:
    """Whether a size cannot be had: it is always another number, or no value is left for its letter."""
    letters = names_in(asked.size)
    return asked.size != asked.wanted if not letters else any(not values[name.name] for name in letters)


def _wanted(output: ShapeLike, shape: Shape) -> tuple[int, ...]:
    wanted = read_side(output)
    numbers = tuple(size for size in wanted if isinstance(size, int))
    if len(numbers) < len(wanted):
        raise SpecError(f"The output {shape_text(wanted)} has letters; write numbers, such as 20x16x16.")
    if len(wanted) > len(shape):
        raise SpecError(f"The net gives {shape_text(shape)}, which has fewer sizes than {shape_text(wanted)}.")
    return numbers


def _take(asked: Asked, letter: Name, values: Case) -> bool:
    """Leave those values of a letter that give the size; False where it cannot be solved for the letter."""
    legal = values[letter.name]
    allowed = solve_comparison(Comparison(asked.size, Relation.EQUAL, asked.wanted), letter, legal.smallest or 0)
    if allowed is not None:
        values[letter.name] = legal & allowed
    return allowed is not None


def _cases(values: Case, tied: list[Asked]) -> tuple[list[Case], list[Asked]]:
    """The answers, and those equations between letters that are left as they are.

    Where all equations tie the same two letters, each value of one of them has its values of the other.
    """
    letters = sorted({name for one in tied for name in names_in(one.size)}, key=lambda name: name.name)
    if len(letters) != 2:
        return [values], tied
    for first, second in (letters, letters[::-1]):
        numbers = _reachable(tied, first, second, values)
        found = None if numbers is None else _each(values, tied, first, second, numbers)
        if found is not None:
            return found, []
    return [values], tied


def _each(values: Case, tied: list[Asked], first: Name, second: Name, numbers: list[int]) -> list[Case] | None:
    """One case for all those numbers of the first letter that leave the same numbers for the second."""
    grouped: dict[Integers, list[int]] = {}
    known: dict[tuple[Asked, ...], Integers | None] = {}
    for number in numbers:
        left = tuple(Asked(evaluate(one.size, {first: number}), one.wanted) for one in tied)
        if left not in known:
            known[left] = _left(left, second, values[second.name])
        both = known[left]
        if both is None:
            return None
        if both:
            grouped.setdefault(both, []).append(number)
    return [
        {**values, first.name: Integers(Piece(number, number) for number in some), second.name: others}
        for others, some in grouped.items()
    ]


def _left(asked: tuple[Asked, ...], letter: Name, legal: Integers) -> Integers | None:
    """The values of a letter that meet some equations; None where one cannot be solved for it."""
    for size, wanted in asked:
        if isinstance(size, int):
            legal = legal if size == wanted else Integers()
            continue
        allowed = solve_comparison(Comparison(size, Relation.EQUAL, wanted), letter, legal.smallest or 0)
        if allowed is None:
            return None
        legal = legal & allowed
    return legal


def _reachable(tied: list[Asked], first: Name, second: Name, values: Case) -> list[int] | None:
    """The values of a letter that may meet all equations: all, or those at which a rising size is not too large."""
    numbers: list[int] = []
    rising = next((one for one in tied if increases(one.size)), None)
    if rising is None and not values[first.name].is_finite:
        return None
    least = values[second.name].smallest or 0
    for number in values[first.name]:
        size = 0 if rising is None else evaluate(rising.size, {first: number, second: least})
        if rising is not None and isinstance(size, int) and size > rising.wanted:
            break
        numbers.append(number)
        if len(numbers) > MAX_VALUES:
            return None
    return numbers


def _nearest(asked: Asked, legal: Case) -> Iterator[Near]:
    """The sizes next to the wanted one that legal values of its letter give."""
    letters = names_in(asked.size)
    if len(letters) != 1 or not increases(asked.size):
        return
    (letter,) = letters
    values = legal[letter.name]

    def at(number: int) -> int:
        size = evaluate(asked.size, {letter: number})
        return size if isinstance(size, int) else 0

    beyond = first_reaching(at, asked.wanted, values.smallest or 0) if values else None
    if beyond is None:
        return
    for number in (last_until(values, beyond - 1), first_from(values, beyond)):
        if number is not None:
            given = solve_comparison(Comparison(asked.size, Relation.EQUAL, at(number)), letter, values.smallest or 0)
            yield Near(letter.name, at(number), values & (given or Integers.between(number, number)))
