"""The order of options: each student's own, by a seed and an algorithm that never changes."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from shapecalc.grading.judge import Mark
from shapecalc.grading.quiz.question import Question
from shapecalc.grading.quiz.quiz import Quiz
from shapecalc.grading.variants.seeds import Seeds
from shapecalc.page import visible


def shuffled_quiz(quiz: Quiz, seeds: Seeds) -> Quiz:
    """A quiz whose options stand in the order of seeds, where its questions say so."""
    questions = [
        shuffled(question, seeds(question.id)) if question.is_shuffled else question for question in quiz.questions
    ]
    return Quiz(quiz.title, tuple(questions))


def shuffled(question: Question, seed: str) -> Question:
    """A question with its options in the order of a seed, the same for ever.

    The options are sorted by SHA-256 of the UTF-8 text ``SEED``, a line break, ``option``, a line break, and the place
    of the option in the file, counted from 0. Options that are fixed stay at their places.
    """
    free = [place for place, option in enumerate(question.options) if not option.is_fixed]
    by_hash = iter(sorted(free, key=lambda place: hashlib.sha256(f"{seed}\noption\n{place}".encode()).digest()))
    order = [place if option.is_fixed else next(by_hash) for place, option in enumerate(question.options)]
    return _in_order(question, order)


def in_order_of(question: Question, texts: Sequence[str]) -> Question | None:
    """A question with its options in the order of their texts, as they are printed; None where it has other ones."""
    texts_in_file = [visible(option.text) for option in question.options]
    return (
        _in_order(question, [texts_in_file.index(text) for text in texts])
        if sorted(texts_in_file) == sorted(texts)
        else None
    )


def _in_order(question: Question, order: Sequence[int]) -> Question:
    """A question that stands as in its file, with its options in another order."""
    options = tuple([question.options[place] for place in order])
    key = tuple([at for at, place in enumerate(order) if place in question.key])
    answer = replace(question.answer, key=key, options=tuple([option.text for option in options]))  # type: ignore[type-var]  # a choice
    return replace(question, options=options, answer=answer, order=tuple(order))


def in_file_order(mark: Mark) -> Mark:
    """A mark with its options, and their letters, as the file has them: the same for all students."""
    question = mark.question
    if not question.order:
        return mark
    places = [question.order.index(place) for place in range(len(question.order))]
    options = tuple([question.options[at] for at in places])
    key = tuple(sorted(question.order[at] for at in question.key))
    answer = replace(question.answer, key=key, options=tuple([option.text for option in options]))  # type: ignore[type-var]  # a choice
    plain = replace(question, options=options, answer=answer, order=())
    if mark.value is None:
        return replace(mark, question=plain)
    value = tuple(sorted(question.order[at] for at in mark.value))
    remark = question.answer.judge(mark.value).note
    note = mark.note.replace(remark, answer.judge(value).note) if remark else mark.note
    return replace(mark, question=plain, value=value, note=note)
