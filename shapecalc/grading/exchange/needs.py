"""What a quiz needs of the place where it is asked, question by question."""

from __future__ import annotations

from collections.abc import Iterator

from shapecalc.grading.answers.choice import Parts, SelectAll
from shapecalc.grading.answers.layer import ArgumentAnswer
from shapecalc.grading.answers.text import TextAnswer
from shapecalc.grading.exchange.abilities import Ability, Shortcoming
from shapecalc.grading.exchange.bank import QuizBank, VariantPool
from shapecalc.grading.exchange.format import ExchangeFormat
from shapecalc.grading.exchange.items import ChoiceItem, EssayItem, NumberItem, TextItem
from shapecalc.grading.quiz.policy import Counts, Feedback, Policy
from shapecalc.grading.quiz.question import Question

_PARTS = {
    Parts.RIGHT_MINUS_WRONG: Ability.RIGHT_MINUS_WRONG,
    Parts.EACH_OPTION: Ability.EACH_OPTION,
    Parts.ALL_OR_NOTHING: Ability.ALL_OR_NOTHING,
}


def shortcomings_of(bank: QuizBank, form: ExchangeFormat) -> Iterator[Shortcoming]:
    """What a format lacks that a quiz needs, each with the questions that need it."""
    needs = {pool.id: set(pool_needs(pool)) for pool in bank.pools}
    shared = {Ability.CARRIED} if _may_carry(bank) else set()
    shared |= {Ability.SHARED_NUMBERS} if bank.shares_numbers and len(bank.pools) > 1 else set()
    for ability, consequence in form.lacks.items():
        names = tuple([name for name, needed in needs.items() if ability in needed])
        if names or ability in shared:
            yield Shortcoming(ability, consequence, names)


def pool_needs(pool: VariantPool) -> Iterator[Ability]:
    """What the variants of a question need."""
    if len(pool.entries) > 1:
        yield Ability.VARIANTS
    if pool.question.points != 1:
        yield Ability.POINTS
    yield from _policy_needs(pool.question.policy)
    yield from _kind_needs(pool.question)
    for entry in pool.entries:
        if entry.derivation:
            yield Ability.DERIVATION
        match entry.item:
            case NumberItem() | TextItem():
                yield from (Ability.TYPED_ANSWERS, Ability.NOTATIONS)
                yield from _item_needs(entry.item)
            case ChoiceItem() as item:
                yield from _choice_needs(item, pool.question)
            case EssayItem():
                yield Ability.EFFECTS


def _item_needs(item: NumberItem | TextItem) -> Iterator[Ability]:
    if isinstance(item, NumberItem) and item.tolerance:
        yield Ability.TOLERANCE
    if any(wrong.says for wrong in item.wrong):
        yield Ability.MISTAKES


def _choice_needs(item: ChoiceItem, question: Question) -> Iterator[Ability]:
    if item.is_shuffled:
        yield Ability.SHUFFLED
        if any(option.is_fixed for option in question.options):
            yield Ability.FIXED_OPTIONS
    if isinstance(question.answer, SelectAll):
        yield _PARTS[question.answer.parts]
    if not question.key:
        yield Ability.NO_RIGHT_OPTION
    if any(option.says for option in item.options):
        yield Ability.OPTION_WORDS


def _kind_needs(question: Question) -> Iterator[Ability]:
    """What its kind needs, however it is asked elsewhere."""
    kind = question.answer
    if isinstance(kind, ArgumentAnswer):
        yield Ability.ALL_VALUES
    if isinstance(kind, TextAnswer) and kind.unlisted != "wrong":
        yield Ability.UNLISTED_WORDS


def _policy_needs(policy: Policy) -> Iterator[Ability]:
    if policy.attempts:
        yield Ability.ATTEMPTS
    if policy.penalty or policy.counts is not Counts.BEST:
        yield Ability.PENALTY
    if policy.feedback is not Feedback.NOW:
        yield Ability.LATER_FEEDBACK


def _may_carry(bank: QuizBank) -> bool:
    """Whether an answer may follow from an earlier one: two questions are about one net, and credit is given."""
    nets = [question.model.net for question in (pool.question for pool in bank.pools) if question.model is not None]
    is_shared = any(net in nets[:place] for place, net in enumerate(nets))
    return is_shared and any(pool.question.policy.carried for pool in bank.pools)
