"""The table of a question: what each mistake makes of its answer, worked out when somebody is wrong for the first time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import combinations, islice
from typing import Any, final

from shapecalc.algebra.edits import Number, whole
from shapecalc.grading.answers.kind import AnswerValue, Key
from shapecalc.grading.mistakes.change import Edit, FormulaChange, LayerChange, Outcome, RunChange
from shapecalc.grading.mistakes.diagnosis import Diagnosis, diagnosis
from shapecalc.grading.mistakes.registry import MISTAKES
from shapecalc.grading.mistakes.working import Sheet
from shapecalc.grading.quiz.target import Target
from shapecalc.measures import Report

#: The most edits of a question that are worked out, and pairs of them.
MAX_EDITS, MAX_PAIRS = 6_000, 4_000
#: The most layers that are worked out anew for them.
MAX_LAYERS = 60_000
#: The most explanations of one answer.
MAX_EXPLANATIONS = 16
#: Only mistakes that are no rarer than this are thought to be made two at a time, and these many of them.
_PAIRED_RANK, _PAIRED = 4, 90
#: What makes an edit less plausible: one in every layer, and one in another layer than the one that is asked about.
_EVERYWHERE, _ELSEWHERE, _DISTANCE = 1, 2, 0.01


@final
class Table:
    """What each mistake makes of a question's answer.

    Args:
        report: the report of the net.
        target: what is asked.
        key: the right answer.
    """

    def __init__(self, report: Report, target: Target, key: Key) -> None:
        self.sheet = Sheet(report, target)
        self.key = key
        self._edits = self._ordered_edits()
        self._by_value: dict[Outcome, list[tuple[Edit, ...]]] = {}
        self._by_size: list[dict[Number, list[Edit]]] = [{} for _ in key] if isinstance(key, tuple) else []
        self._fill()
        self._pairs: dict[Outcome, list[tuple[Edit, ...]]] | None = None
        self._explained: dict[Outcome, tuple[Diagnosis, ...]] = {}

    def _ordered_edits(self) -> list[Edit]:
        """Every edit of the question, the most plausible first."""
        places = {row.name: place for place, row in enumerate(self.sheet.rows)}
        last = places.get(self.sheet.node, len(places))

        def cost(edit: Edit) -> float:
            rank = edit.mistake.rank + edit.extra
            if not isinstance(edit.change, FormulaChange | LayerChange | RunChange) or self.sheet.is_near(edit.node):
                return rank
            if not edit.node:
                return rank if self.sheet.target.is_of_many else rank + _EVERYWHERE
            return rank + _ELSEWHERE + _DISTANCE * abs(last - places.get(edit.node, 0))

        edits = [edit for mistake in MISTAKES.values() for edit in mistake.edits(self.sheet)]
        return sorted(edits, key=cost)[:MAX_EDITS]

    def _fill(self) -> None:
        for edit in self._edits:
            if self.sheet.steps > MAX_LAYERS:
                return
            value = self.sheet.value((edit,))
            if value is None or value == self.key:
                continue
            self._by_value.setdefault(value, []).append((edit,))
            if isinstance(value, tuple) and isinstance(self.key, tuple) and len(value) == len(self.key):
                for place, (size, right) in enumerate(zip(value, self.key, strict=True)):
                    if size != right:
                        self._by_size[place].setdefault(size, []).append(edit)

    def explain(self, value: AnswerValue) -> tuple[Diagnosis, ...]:
        """The explanations of a wrong answer, the simplest and most plausible first; () where none fits."""
        if isinstance(value, Decimal):
            return self._rounded(value)
        if value == self.key:
            return ()
        if value not in self._explained:
            self._explained[value] = self._explanations(value)
        return self._explained[value]

    def _rounded(self, value: Decimal) -> tuple[Diagnosis, ...]:
        """The explanations of a number with decimals, which may have been rounded."""
        exact = Fraction(value)
        if exact in self._by_value:
            return self.explain_exactly(exact)
        exponent = value.as_tuple().exponent
        digits = -exponent if isinstance(exponent, int) else 0
        close = [
            number
            for number in self._by_value
            if isinstance(number, Fraction) and round(number, digits) == exact and number != self.key
        ]
        return tuple(each for number in close for each in self.explain_exactly(number))

    def explain_exactly(self, value: Outcome) -> tuple[Diagnosis, ...]:
        """As :meth:`explain`, of a number that is no decimal."""
        if value not in self._explained:
            self._explained[value] = self._explanations(value)
        return self._explained[value]

    def _explanations(self, value: Outcome) -> tuple[Diagnosis, ...]:
        edits = self._by_value.get(value) or self._size_by_size(value) or self._in_pairs().get(value, [])
        distinct: dict[tuple[tuple[str, str], ...], tuple[Edit, ...]] = {}
        for group in edits:
            distinct.setdefault(tuple([(edit.mistake.name, edit.node) for edit in group]), group)
        return tuple([diagnosis(self.sheet, group, value) for group in islice(distinct.values(), MAX_EXPLANATIONS)])

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
            if len(edits) <= 2 and self.sheet.value(edits) == value:
                pairs.append(edits)
        return pairs

    def _in_pairs(self) -> dict[Outcome, list[tuple[Edit, ...]]]:
        if self._pairs is None:
            self._pairs = {}
            for pair in self._plausible_pairs():
                value = self.sheet.value(pair)
                if value is not None and value != self.key:
                    self._pairs.setdefault(value, []).append(pair)
        return self._pairs

    def _plausible_pairs(self) -> Iterator[tuple[Edit, ...]]:
        """Two common mistakes that are made together: the most plausible ones first."""
        common = [edit for edit in self._edits if edit.mistake.rank + edit.extra <= _PAIRED_RANK][:_PAIRED]
        pairs = sorted(combinations(range(len(common)), 2), key=lambda pair: (sum(pair), pair))
        limit = self.sheet.steps + MAX_LAYERS
        for left, right in pairs[:MAX_PAIRS]:
            edits = common[left], common[right]
            if edits[0].mistake is not edits[1].mistake and self.sheet.steps < limit:
                yield edits


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


def fraction(value: AnswerValue) -> Outcome:
    """A number as it is compared with what mistakes give."""
    return whole(Fraction(value)) if isinstance(value, Decimal) else value
