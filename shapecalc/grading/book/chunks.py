"""Marks in chunks: a few students at a time, in processes of their own where there are several workers.

A process that dies costs nobody their marks: its chunk is marked once more, then in halves, until the student whose
answers end a process is alone; a person looks at these.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import final

from shapecalc.grading.book.engines import Engine
from shapecalc.grading.book.entries import BookEntry, Recorder
from shapecalc.grading.book.marking import AttemptRule, Marking, unmarked
from shapecalc.grading.book.papers import Papers
from shapecalc.grading.quiz.quiz import Quiz
from shapecalc.grading.submissions.sittings import Sitting
from shapecalc.grading.training import Trainer

#: The students of a chunk, which are written in one transaction.
CHUNK = 200
#: The students of a chunk whose nets are trained: little is lost where a run is stopped.
TRAINED_CHUNK = 4
#: The chunks for each worker that are sent off together.
_AHEAD = 4

#: What is said of an answer whose process died twice.
DIED = "the process that marked this ended twice; look by hand"


@final
@dataclass(frozen=True, slots=True)
class ChunkWork:
    """What a process needs to mark a chunk; it can be pickled.

    Attributes:
        papers: who answers which quiz, pickled by ourselves.
        rule: what counts of several attempts.
        hash: the version of the quiz.
        trainer: trains nets, where a question asks for that.
    """

    papers: bytes
    rule: AttemptRule
    hash: str
    trainer: Trainer | None = None

    def __call__(self, chunk: list[Sitting]) -> list[BookEntry]:
        """The marks of a chunk."""
        marking, recorder = _marking(self.papers, self.rule, self.trainer)
        return [recorder.entry(marking.result(sitting), sitting, self.rule, self.hash) for sitting in chunk]


@lru_cache(2)
def _marking(papers: bytes, rule: AttemptRule, trainer: Trainer | None) -> tuple[Marking, Recorder]:
    return Marking(pickle.loads(papers), rule, trainer=trainer), Recorder()  # noqa: S301  our own pickle, of this run


def marked_chunks(
    papers: Papers,
    rule: AttemptRule,
    sittings: Iterable[Sitting],
    engine: Engine | None = None,
    trainer: Trainer | None = None,
) -> Iterator[list[BookEntry]]:
    """The marks of sittings, a chunk at a time, in their order.

    Args:
        papers: who answers which quiz.
        rule: what counts of several attempts.
        sittings: who handed in what.
        engine: the processes that mark; None for this one.
        trainer: trains nets, where a question asks for that.
    """
    trains = papers.quiz.needs_training and trainer is not None
    work = ChunkWork(pickle.dumps(papers), rule, papers.hash, trainer if trains else None)
    remaining = iter(sittings)
    chunks = iter(lambda: list(islice(remaining, TRAINED_CHUNK if trains else CHUNK)), [])
    if engine is None:
        yield from (work(chunk) for chunk in chunks)
        return
    while batch := list(islice(chunks, engine.workers * _AHEAD)):
        yield from _in_processes(work, batch, engine, papers.quiz)


def _in_processes(work: ChunkWork, batch: list[list[Sitting]], engine: Engine, quiz: Quiz) -> Iterator[list[BookEntry]]:
    """The marks of chunks; where a process dies, its chunk and those behind it are marked one by one."""
    number = 0
    try:
        for number, entries in enumerate(engine.results(work, batch), 1):  # noqa: B007  read where a process died
            yield entries
    except engine.died():
        for chunk in batch[number:]:
            yield _again(work, chunk, engine, quiz)


def _again(work: ChunkWork, chunk: list[Sitting], engine: Engine, quiz: Quiz) -> list[BookEntry]:
    """The marks of a chunk, of which one student's answers may end every process that marks them."""
    try:
        return next(engine.results(work, [chunk]))
    except engine.died():
        if len(chunk) == 1:
            return [Recorder().entry(unmarked(quiz, chunk[0], DIED), chunk[0], work.rule, work.hash)]
        middle = len(chunk) // 2
        halves = chunk[:middle], chunk[middle:]
        return [entry for half in halves for entry in _again(work, half, engine, quiz)]
