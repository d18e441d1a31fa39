"""The table of a question: what each mistake makes of its answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import combinations, islice, product
from typing import Any, cast, final

from shapecalc.algebra.edits import Number
from shapecalc.algebra.memo import remember
from shapecalc.grading.answers.kind import Key
from shapecalc.grading.mistakes.authored import AuthoredMistake
from shapecalc.grading.mistakes.change import Edit, FormulaChange, LayerChange, Outcome, RunChange, ValueChange
from shapecalc.grading.mistakes.diagnosis import Diagnosis, diagnosis
from shapecalc.grading.mistakes.mistake import Mistake, lasting_changes
from shapecalc.grading.mistakes.outcomes import work_out
from shapecalc.grading.mistakes.registry import MISTAKES
from shapecalc.grading.mistakes.sheet import Sheet
from shapecalc.grading.quiz.target import Target
from shapecalc.layers.core.axiswise import AXIS_NAMES
from shapecalc.measures import Report, measure
from shapecalc.net import Net

#: The most edits of a question that are worked out, and pairs of them.
MAX_EDITS, MAX_PAIRS = 6_000, 4_000
#: The most layers that are worked out anew for them.
MAX_LAYERS = 60_000
#: The most decimals of a number that may have been rounded.
_DIGITS = 12
#: The most explanations of one answer.
MAX_EXPLANATIONS = 16
#: Only mistakes that are no rarer than this are thought to be made two at a time, and these many of them.
_PAIRED_RANK, _PAIRED = 3, 90
#: The most pairs that are named for an answer: where many pairs give it, none of them is likely.
_NAMED_PAIRS = 3
#: The mistakes that are tried along one axis alone.
_ALONG = 12
#: What makes an edit less plausible: one in every layer, and one in another layer than the one that is asked about.
_EVERYWHERE, _ELSEWHERE, _DISTANCE = 1.5, 2, 0.01
#: And one in the formula of a size that the formula in question goes on with.
_BEFORE = 1.5
#: The parts of the memo for which an edit of a table counts.
_ENTRIES = 4
_LASTING = lasting_changes(MISTAKES.values())


@final
class NumberTable:
    """What each mistake makes of a question's answer.

    Args:
        report: the report of the net.
        target: what is asked.
        key: the right answer.
        authored: mistakes that the author of the question names.
    """

    def __init__(self, report: Report, target: Target, key: Key, authored: Iterable[Mistake] = ()) -> None:
        self.mistakes = (*authored, *MISTAKES.values())
        self.sheet = Sheet(report, target, _LASTING)
        self.key = key
        self._places = {row.name: place for place, row in enumerate(self.sheet.rows)}
        self.edits = self._ordered_edits()
        self._by_value: dict[Outcome, list[tuple[Edit, ...]]] = {}
        self._by_size: list[dict[Number, list[Edit]]] = [{} for _ in key] if isinstance(key, tuple) else []
        self._fill()
        self._pairs: dict[Outcome, list[tuple[Edit, ...]]] | None = None
        self._explained: dict[Outcome, tuple[Diagnosis, ...]] = {}

    def _ordered_edits(self) -> list[Edit]:
        """Every edit of the question, the most plausible first."""
        edits = [edit for mistake in self.mistakes for edit in mistake.edits(self.sheet)]
        return sorted(edits, key=self._cost)[:MAX_EDITS]

    def _cost(self, edit: Edit) -> float:
        """How implausible an edit is."""
        sheet, rank = self.sheet, float(edit.mistake.rank + edit.extra)
        if edit.quantities and sheet.quantity not in (None, *edit.quantities):
            rank += _BEFORE
        if not isinstance(edit.change, FormulaChange | LayerChange | RunChange) or sheet.is_near(edit.node):
            return rank
        if not edit.node:
            return rank if sheet.target.is_of_many else rank + _EVERYWHERE
        distance = abs(self._places.get(sheet.node, len(self._places)) - self._places.get(edit.node, 0))
        return rank + _ELSEWHERE + _DISTANCE * distance

    def _fill(self) -> None:
        if work_out(self.sheet, ()) != self.key:
            return  # a branching net's field, for one, is not worked out step by step
        for edit in self.edits:
            if self.sheet.steps > MAX_LAYERS:
                return
            value = work_out(self.sheet, (edit,))
            if value is None or value == self.key or (value == 0 and not _is_worked_out(edit)):
                continue  # that another layer has no parameters explains nobody's 0
            self._by_value.setdefault(value, []).append((edit,))
            if isinstance(value, tuple) and isinstance(self.key, tuple) and len(value) == len(self.key):
                for place, (size, right) in enumerate(zip(value, self.key, strict=True)):
                    if size != right:
                        self._by_size[place].setdefault(size, []).append(edit)

    @property
    def names(self) -> dict[Outcome, tuple[str, ...]]:
        """The names of the mistakes behind each number that a single mistake gives, the most plausible first."""
        return {
            value: tuple(dict.fromkeys(edit.mistake.name for (edit,) in groups))
            for value, groups in self._by_value.items()
        }

    def explain(self, value: Outcome) -> tuple[Diagnosis, ...]:
        """The explanations of a wrong answer, the simplest and most plausible first; () where none fits."""
        if value == self.key:
            return ()
        if value not in self._explained:
            self._explained[value] = self._explanations(value)
        return self._explained[value]

    def explain_between(self, least: Number, most: Number) -> tuple[Diagnosis, ...]:
        """As :meth:`explain`, of a number that has been rounded."""
        close = [value for value in self._by_value if not isinstance(value, tuple) and least <= value <= most]
        return () if least <= cast("int", self.key) <= most else self._of_values(close)

    def _rounded(self, value: Outcome) -> list[Outcome]:
        """The numbers that somebody may have rounded to this one, which has decimals."""
        if isinstance(value, tuple) or value.denominator == 1:
            return []
        digits = next((digits for digits in range(_DIGITS) if 10**digits % value.denominator == 0), None)
        if digits is None:
            return []
        return [number for number in self._by_value if isinstance(number, Fraction) and round(number, digits) == value]

    def _explanations(self, value: Outcome) -> tuple[Diagnosis, ...]:
        return self._of_values([value]) or self._of_values(self._rounded(value))

    def _of_values(self, values: Sequence[Outcome]) -> tuple[Diagnosis, ...]:
        """What gives some numbers."""
        return tuple([each for value in values for each in self._diagnoses(value)])

    def _diagnoses(self, value: Outcome) -> tuple[Diagnosis, ...]:
        edits = self._by_value.get(value) or self._size_by_size(value) or self._in_pairs().get(value, [])
        distinct: dict[tuple[tuple[str, str], ...], tuple[Edit, ...]] = {}
        for group in edits:
            distinct.setdefault(tuple([(edit.mistake.name, edit.node) for edit in group]), group)
        is_pair = any(len(group) > 1 for group in distinct.values())
        groups = islice(distinct.values(), _NAMED_PAIRS if is_pair else MAX_EXPLANATIONS)
        return tuple([diagnosis(self.sheet, group, value, sum(map(self._cost, group))) for group in groups])

    def _size_by_size(self, value: Outcome) -> list[tuple[Edit, ...]]:
        """Two mistakes that explain the wrong sizes of a shape, one by one."""
        if not isinstance(value, tuple) or not isinstance(self.key, tuple) or len(value) != len(self.key):
            return []
        wrong = [place for place, size in enumerate(value) if size != self.key[place]]
        options = [self._by_size[place].get(value[place], []) for place in wrong]
        if not all(options):
            return []
        pairs: list[tuple[Edit, ...]] = []
        for group in islice(_choices(options), MAX_PAIRS):
            edits = tuple(dict.fromkeys(group))
            if len(edits) <= 2 and work_out(self.sheet, edits) == value:
                pairs.append(edits)
        return pairs or self._along_axes(value, wrong, options)

    def _along_axes(
        self, value: Outcome, wrong: Sequence[int], options: Sequence[Sequence[Edit]]
    ) -> list[tuple[Edit, ...]]:
        """Mistakes that are made along one axis alone, each of them for the size that it gives."""
        axes = AXIS_NAMES.get(len(cast("tuple[int, ...]", self.key)) - 1, ())
        if 0 in wrong or len(wrong) > min(2, len(axes)):
            return []
        along = [
            [edited for edit in edits[:_ALONG] if (edited := _along(edit, axes[place - 1]))]
            for place, edits in zip(wrong, options, strict=True)
        ]
        return [edits for edits in product(*along) if work_out(self.sheet, edits) == value]

    def _in_pairs(self) -> dict[Outcome, list[tuple[Edit, ...]]]:
        if self._pairs is None:
            self._pairs = {}
            for pair in self._plausible_pairs():
                value = work_out(self.sheet, pair)
                if value is not None and value != self.key:
                    self._pairs.setdefault(value, []).append(pair)
        return self._pairs

    def _plausible_pairs(self) -> Iterator[tuple[Edit, ...]]:
        """Two common mistakes that are made together: the most plausible ones first."""
        common = [edit for edit in self.edits if _is_paired(edit)][:_PAIRED]
        pairs = sorted(combinations(range(len(common)), 2), key=lambda pair: (sum(pair), pair))
        limit = self.sheet.steps + MAX_LAYERS // 2
        for left, right in pairs[:MAX_PAIRS]:
            edits = common[left], common[right]
            if edits[0].mistake is not edits[1].mistake and self.sheet.steps < limit:
                yield edits


def _along(edit: Edit, axis: str) -> Edit | None:
    """A mistake in the formulas of one axis alone; None of one that is made elsewhere."""
    if not isinstance(edit.change, FormulaChange) or edit.change.axis:
        return None
    detail = " ".join(filter(None, (edit.detail, f"along the {axis}")))
    return replace(edit, change=FormulaChange(edit.change.edit, axis), detail=detail)


def _is_paired(edit: Edit) -> bool:
    """Whether a mistake is so common, and so much one of working out, that it may be made beside another one."""
    return _is_worked_out(edit) and edit.mistake.rank + edit.extra <= _PAIRED_RANK


def _is_worked_out(edit: Edit) -> bool:
    """Whether a mistake is one of working out, and not about which number is asked for."""
    return isinstance(edit.change, FormulaChange | LayerChange | ValueChange)


def _choices(options: Sequence[Sequence[Edit]]) -> Iterable[tuple[Edit, ...]]:
    """One edit for each wrong size, the same edit for several where that is possible, the most plausible first."""
    first = [tuple([edit] * len(options)) for edit in options[0] if all(edit in sizes for sizes in options)]
    if first:
        return first
    if len(options) == 1:
        return [(edit,) for edit in options[0]]
    pairs: list[tuple[Any, ...]] = []
    for edit in options[0]:
        places = [sizes for sizes in options[1:] if edit not in sizes]
        shared = [mate for mate in places[0] if all(mate in sizes for sizes in places)] if places else []
        pairs += [(edit, mate) for mate in shared]
    return pairs


@final
class Diagnoses:
    """The explanations of wrong answers to a question; its table is made when somebody is wrong for the first time.

    Args:
        net: the net.
        target: what is asked of it.
        key: the right answer.
        authored: mistakes that the author of the question names, beside all others.
    """

    __slots__ = ("authored", "key", "net", "target")

    def __init__(self, net: Net, target: Target, key: Key, authored: tuple[AuthoredMistake, ...] = ()) -> None:
        self.authored = authored
        self.net = net
        self.target = target
        self.key = key

    @property
    def table(self) -> NumberTable:
        """What each mistake makes of the answer."""
        return _table(self)

    def explain(self, value: Outcome) -> tuple[Diagnosis, ...]:
        """The explanations of an answer, the simplest and most plausible first; () where none fits, or it is right."""
        return () if value == self.key else self.table.explain(value)

    def explain_between(self, least: Fraction, most: Fraction) -> tuple[Diagnosis, ...]:
        """As :meth:`explain`, of a number that has been rounded."""
        return self.table.explain_between(least, most)

    def __reduce__(self) -> tuple[Any, ...]:  # a table has functions in it, which another process finds by itself
        return Diagnoses, (self.net, self.target, self.key, self.authored)


@remember(lambda table: _ENTRIES * len(table.edits))
def _table(diagnoses: Diagnoses) -> NumberTable:
    """The table of a question, which is made anew where too many variants have been graded meanwhile."""
    mistakes = [authored.mistake() for authored in diagnoses.authored]
    return NumberTable(measure(diagnoses.net), diagnoses.target, diagnoses.key, mistakes)
