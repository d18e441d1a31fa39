"""Looks at the variants of a quiz for what would trip students or hide their mistakes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import combinations, pairwise
from typing import Any, final

from shapecalc.algebra.expr import Binary
from shapecalc.derivations import Derived
from shapecalc.errors import SpecError, check_type
from shapecalc.grading.answers.number import Measured, NumberAnswer
from shapecalc.grading.inspection.exposure import exposing_layer
from shapecalc.grading.inspection.report import QuestionReport, QuizRemark, QuizReport, Severity
from shapecalc.grading.inspection.trials import trial_remarks
from shapecalc.grading.mistakes.diagnosis import outcome_text
from shapecalc.grading.mistakes.registry import MISTAKES
from shapecalc.grading.quiz.question import Question
from shapecalc.grading.quiz.steps import FieldGrowth, LayerSum, SizeDerivation, Step
from shapecalc.grading.quiz.target import quantity_of
from shapecalc.grading.quiz.template import QuizTemplate
from shapecalc.grading.variants.conditions import Drawn

#: The most variants of a question that are looked at.
MAX_SAMPLE = 2_000
#: A mistake is common up to this rank; only common ones are expected to be told apart.
_COMMON = 2
#: The most remarks on mistakes that share a number, for one question.
_SHARED = 5
#: A position that holds the right option more often than this share stands out, among so many questions.
_POSITION_SHARE, _POSITION_LEAST = 0.6, 5
#: Kinds whose key is an example of many right answers.
_BY_EXAMPLE = ("layer", "network", "kernel")
#: Words of an option for others by where they stand.
_BY_PLACE = re.compile(r"\b(?:above|below|of these|of the others?|[Bb]oth [a-zA-Z] and [a-zA-Z])\b")
#: The seeds that are named.
_SEEDS = 5

#: Called with the number of questions that are done, and of all.
Progress = Callable[[int, int], None]


def lint(template: QuizTemplate, *, sample: int = 50, progress: Progress | None = None) -> QuizReport:
    """What a teacher should know of a quiz.

    Every variant of a question is made where there are at most 2,000, else those of ``sample`` seeds; mistakes are
    looked up in at most ``sample`` of them.

    Args:
        template: the quiz.
        sample: how many variants of a question are drawn where there are too many, and searched for mistakes.
        progress: is called after each question.

    Raises:
        SpecError: the file is not a quiz.
    """
    check_type("template", template, QuizTemplate, "a quiz", "shapecalc.grading.load_template reads one.")
    check_type("sample", sample, int, "a number of variants")
    if not 1 <= sample <= MAX_SAMPLE:
        raise SpecError(f"sample is from 1 to {MAX_SAMPLE:,}, not {sample:,}.")
    title = template.title
    twice = next((name for name, count in Counter(template.ids).items() if count > 1), None)
    if twice is not None:
        raise SpecError(f"{template.source}: two questions are called {twice}.")
    looks: list[_Look] = []
    for place in range(len(template.ids)):
        looks.append(_Look(template, place, sample))
        if progress:
            progress(place + 1, len(template.ids))
    remarks = [remark for look in looks for remark in look.remarks()] + list(_positions(looks))
    order = list(Severity)
    remarks.sort(key=lambda remark: order.index(remark.severity))
    reports = tuple(look.report() for look in looks if look.questions)
    return QuizReport(title, reports, tuple(remarks), tuple(_seeds(template, sample)))


@final
class _Look:
    """The variants of one question, and the numbers that mistakes give in them."""

    def __init__(self, template: QuizTemplate, place: int, sample: int) -> None:
        self.id = template.ids[place]
        self.questions: list[Question] = []
        self.refusals: list[tuple[dict[str, Drawn], str]] = []
        numbers, self.is_all = template.numbers_of(place, MAX_SAMPLE)
        if not self.is_all:
            numbers = numbers[:sample]
        for drawn in numbers:
            try:
                self.questions.append(template.question(place, drawn))
            except SpecError as refused:
                self.refusals.append((drawn, str(refused)))
        has_letters = bool(template.variations[place].choices)
        self.is_varied = has_letters or len({question.text for question in self.questions}) > 1
        step = -(-len(self.questions) // sample) or 1
        self.searched = self.questions[::step]

    def report(self) -> QuestionReport:
        """What is printed of the question in any case."""
        operations = [sum(map(_operations, question.steps)) for question in self.questions if question.steps]
        average = sum(operations) / len(operations) if operations else None
        table = self.questions[0].mistake_table
        matrix = tuple((outcome_text(value), names) for value, names in table.names.items()) if table else ()
        return QuestionReport(self.id, len(self.questions), self.is_all, average, matrix)

    def remarks(self) -> Iterator[QuizRemark]:
        """What is worth a remark."""
        if self.refusals:
            count, total = len(self.refusals), len(self.refusals) + len(self.questions)
            message = f"cannot be asked{_of(count, total)}: {self.refusals[0][1]}"
            yield self._remark("illegal-variant", Severity.ERROR, message)
        if not self.questions:
            return
        first = self.questions[0]
        if first.is_key_typed:
            yield self._remark("typed-key", Severity.NOTE, "its key is typed by hand; no engine knows it")
        keys = {question.answer.key_text for question in self.questions}
        if self.is_varied and len(self.questions) > 1 and len(keys) == 1 and first.kind not in _BY_EXAMPLE:
            yield self._remark("same-key", Severity.WARNING, f"every variant has the same key, {first.answer.key_text}")
        yield from self._misplaced()
        yield from self._exposures()
        yield from self._mistakes()
        yield from self._tolerated()
        for code, severity, message in trial_remarks(self.questions):
            yield self._remark(code, severity, message)

    def _misplaced(self) -> Iterator[QuizRemark]:
        """Options that speak of others by their places, and are shuffled with them."""
        first = self.questions[0]
        for option in first.options if first.is_shuffled else ():
            if not option.is_fixed and _BY_PLACE.search(option.text):
                message = f"the option {option.text!r} is shuffled, but speaks of the others' places: write fixed: true"
                yield self._remark("option-by-place", Severity.WARNING, message)

    def _exposures(self) -> Iterator[QuizRemark]:
        """Layers that students see with a number of the key in them."""
        exposures = [exposure for question in self.questions if (exposure := exposing_layer(question))]
        if exposures:
            number, node, layer = exposures[0]
            where = _of(len(exposures), len(self.questions))
            message = (
                f"students see {number} of the key in {node}, {layer}{where}: leave the number out, as "
                "LazyLinear does, or write show_net: false"
            )
            yield self._remark("key-in-network", Severity.WARNING, message)

    def _mistakes(self) -> Iterator[QuizRemark]:
        """Mistakes that give a wrong number in some variants only, or share a number with another."""
        tables = [table for question in self.searched if (table := question.mistake_table)]
        visible: Counter[str] = Counter()
        shared: Counter[tuple[str, str]] = Counter()
        examples: dict[tuple[str, str], tuple[int, str]] = {}
        for place, table in enumerate(tables):
            visible.update(_common_names(table))
            pairs: dict[tuple[str, str], str] = {}
            for value, names in table.names.items():
                for pair in combinations(sorted(filter(_is_common, names)), 2):
                    pairs.setdefault(pair, outcome_text(value))
            shared.update(list(pairs))
            for pair, number in pairs.items():
                examples.setdefault(pair, (place, number))
        for name, count in visible.items():
            if count < len(tables):
                message = f"{name} gives a wrong number{_of(count, len(tables))} only"
                yield self._remark("hidden-mistake", Severity.WARNING, message)
        for pair, count in shared.most_common(_SHARED):
            place, example = examples[pair]
            where = _numbers(self.searched[place].numbers)
            message = f"{pair[0]} and {pair[1]} give the same number{_of(count, len(tables))}: {example}{where}"
            yield self._remark("shared-number", Severity.WARNING if count < len(tables) else Severity.NOTE, message)

    def _tolerated(self) -> Iterator[QuizRemark]:
        """Mistakes whose number is as near to the key as a right answer may be."""
        counts = Counter(name for question in self.searched for name in _accepted(question))
        if counts:
            names = [f"{name}{_of(count, len(self.searched))}" for name, count in counts.most_common(_SHARED)]
            more = f", and {len(counts) - len(names)} others" if len(counts) > len(names) else ""
            message = f"its tolerance takes mistakes for right: {', '.join(names)}{more}"
            yield self._remark("tolerated-mistake", Severity.WARNING, message)

    def _remark(self, code: str, severity: Severity, message: str) -> QuizRemark:
        return QuizRemark(self.id, code, severity, message)


def _common_names(table: Any) -> list[str]:
    """The common mistakes that give a wrong number, in the order of all mistakes."""
    names = {name for names in table.names.values() for name in names}
    return [name for name in MISTAKES if name in names and _is_common(name)]


def _accepted(question: Question) -> list[str]:
    """The common mistakes that a tolerance takes for right."""
    table, kind = question.mistake_table, question.answer
    if table is None or not isinstance(kind, NumberAnswer):
        return []
    _, size = quantity_of(question.diagnoses.target.measure)  # type: ignore[union-attr]  # it has a table
    unit = kind.key.unit
    tolerated = [
        names
        for value, names in table.names.items()
        if isinstance(value, int | Fraction) and kind.judge(Measured(value * size / unit.size, unit)).credit == 1
    ]
    return [name for name in MISTAKES if _is_common(name) and any(name in names for names in tolerated)]


def _is_common(name: str) -> bool:
    return MISTAKES[name].rank <= _COMMON


def _of(count: int, total: int) -> str:
    return f" in {count} of {total} variants" if total > 1 else ""


def _numbers(numbers: tuple[tuple[str, Drawn], ...]) -> str:
    return f" where {', '.join(f'{letter} = {number}' for letter, number in numbers)}" if numbers else ""


def _operations(step: Step) -> int:
    """How many arithmetic operations a step has."""
    match step:
        case Derived(tree=tree):
            return _operators(tree)
        case SizeDerivation(sizes):
            return _operators(sizes[0][1].tree)
        case LayerSum(total):
            return max(len(total.terms) - 1, 0) + sum(_operators(term.tree) for term in total.terms)
        case FieldGrowth(values=values):  # the last value has a step of its own, or is that of the layer before
            path = [1, *(value for _, value in values[:-1])]
            return 2 * sum(before != after for before, after in pairwise(path))
        case _:
            return 0


def _operators(tree: Any) -> int:
    return 1 + _operators(tree.left) + _operators(tree.right) if isinstance(tree, Binary) else 0


def _positions(looks: list[_Look]) -> Iterator[QuizRemark]:
    """Whether the right option stands at the same place too often."""
    firsts = [question for look in looks for question in look.questions[:1] if not question.is_shuffled]
    keys = [question.key for question in firsts if question.kind == "single-choice"]
    places = Counter(key[0] for key in keys)
    if len(keys) >= _POSITION_LEAST:
        place, count = places.most_common(1)[0]
        if count / len(keys) > _POSITION_SHARE:
            letter = "abcdefghijklmnopqrstuvwxyz"[place]
            message = f"option {letter} is right in {count} of {len(keys)} choices; move some keys"
            yield QuizRemark("", "key-position", Severity.WARNING, message)


def _seeds(template: QuizTemplate, sample: int) -> list[str]:
    """The seeds in whose variants most common mistakes show, each by a number of its own."""
    if not template.is_varied:
        return []
    costs: list[tuple[int, int]] = []
    try:
        for seed, quiz in template.samples(sample):
            costs.append((sum(map(_confusions, quiz.questions)), int(seed)))
    except SpecError:
        return []  # a variant that cannot be made has been remarked on
    return [str(seed) for _, seed in sorted(costs)[:_SEEDS]]


def _confusions(question: Question) -> int:
    """How many numbers common mistakes share, less the mistakes that show."""
    table = question.mistake_table
    if table is None:
        return 0
    shared = sum(len([name for name in names if _is_common(name)]) > 1 for names in table.names.values())
    return shared - len(_common_names(table))
