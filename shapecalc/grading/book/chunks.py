"""Marks in chunks: a few students at a time, in processes of their own where there are several workers.

The only module that knows joblib. A process that dies costs nobody their marks: its students are marked once more, each
in a task of their own, and whose task dies again is looked at by hand.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice
from typing import NamedTuple, final

from shapecalc.grading.book.entries import BookEntry, Recorder
from shapecalc.grading.book.marking import AttemptRule, Marking, unmarked
from shapecalc.grading.book.papers import Papers
from shapecalc.grading.quiz.quiz import Quiz
from shapecalc.grading.submissions.extra import missing_package
from shapecalc.grading.submissions.sittings import Sitting

#: The students of a chunk, which are written in one transaction.
CHUNK = 200
#: The chunks for each worker that are sent off together.
_AHEAD = 4

#: What is said of an answer whose process died twice.
DIED = "the process that marked this ended twice; look by hand"


@final
class ChunkWork(NamedTuple):
    """What a process needs to mark a chunk; it can be pickled.

    Attributes:
        papers: who answers which quiz, pickled by ourselves.
        rule: what counts of several attempts.
        hash: the version of the quiz.
    """

    papers: bytes
    rule: AttemptRule
    hash: str

    def __call__(self, chunk: list[Sitting]) -> list[BookEntry]:
        """The marks of a chunk."""
        marking, recorder = _marking(self.papers, self.rule)
        return [recorder.entry(marking.result(sitting), sitting, self.rule, self.hash) for sitting in chunk]


@lru_cache(2)
def _marking(papers: bytes, rule: AttemptRule) -> tuple[Marking, Recorder]:
    return Marking(pickle.loads(papers), rule), Recorder()  # noqa: S301  our own pickle, of this run


def marked_chunks(
    papers: Papers, rule: AttemptRule, sittings: Iterable[Sitting], workers: int = 1
) -> Iterator[list[BookEntry]]:
    """The marks of sittings, a chunk at a time, in their order.

    Args:
        papers: who answers which quiz.
        rule: what counts of several attempts.
        sittings: who handed in what.
        workers: how many processes mark; 1 for this one.

    Raises:
        ShapecalcError: several workers are asked for, and joblib is not installed.
    """
    work = ChunkWork(pickle.dumps(papers), rule, papers.hash)
    remaining = iter(sittings)
    chunks = iter(lambda: list(islice(remaining, CHUNK)), [])
    if workers == 1:
        yield from (work(chunk) for chunk in chunks)
        return
    while batch := list(islice(chunks, workers * _AHEAD)):
        yield from _in_processes(work, batch, workers, papers.quiz)


def _in_processes(work: ChunkWork, batch: list[list[Sitting]], workers: int, quiz: Quiz) -> Iterator[list[BookEntry]]:
    """The marks of chunks; where a process dies, its chunk and those behind it are marked student by student."""
    number = 0
    try:
        for number, entries in enumerate(_results(work, batch, workers), 1):  # noqa: B007  read where a process died
            yield entries
    except _broken():
        for chunk in batch[number:]:
            yield [_alone(work, sitting, quiz) for sitting in chunk]


def _alone(work: ChunkWork, sitting: Sitting, quiz: Quiz) -> BookEntry:
    try:
        return next(_results(work, [[sitting]], 2))[0]
    except _broken():
        return Recorder().entry(unmarked(quiz, sitting, DIED), sitting, work.rule, work.hash)


def _results(work: ChunkWork, batch: list[list[Sitting]], workers: int) -> Iterator[list[BookEntry]]:
    try:
        from joblib import Parallel, delayed  # noqa: PLC0415  an extra, for several processes only
    except ModuleNotFoundError as missing:
        raise missing_package(missing, "several workers", "joblib", "grade") from None
    yield from Parallel(n_jobs=workers, return_as="generator")(delayed(work)(chunk) for chunk in batch)


def _broken() -> type[Exception]:
    """What joblib raises where a process died."""
    from joblib.externals.loky.process_executor import BrokenProcessPool  # noqa: PLC0415  an extra, as above

    broken: type[Exception] = BrokenProcessPool
    return broken
