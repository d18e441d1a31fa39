"""A network on one input: whether it runs, does not, or whether that cannot be told."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import final

from shapecalc.checking.inputs import Candidate
from shapecalc.checking.verdict import CodeVerdict
from shapecalc.formats.source.faults import Fault, Stuck
from shapecalc.formats.source.networks import FollowedNetwork
from shapecalc.formats.source.run import line_of
from shapecalc.formats.source.standins import is_structure
from shapecalc.formats.source.torch.arguments import flat
from shapecalc.formats.source.values import BATCH, Instance, Tensor, Value


@final
@dataclass(frozen=True, eq=False)
class InputTrial:
    """The readings of a network on an input.

    Attributes:
        candidate: how the network is built, and the input.
        readings: one for each outcome of what is not known.
        is_doubtful: whether it does not run, but may with other values of the arguments of the network.
        general: the same with letters for values that were chosen, where it fails for all of them.
    """

    candidate: Candidate
    readings: Sequence[FollowedNetwork]
    is_doubtful: bool = False
    general: InputTrial | None = None

    @cached_property
    def verdict(self) -> CodeVerdict:
        """Whether the network runs."""
        if self.is_doubtful:
            return CodeVerdict.UNKNOWN
        if self.wrong is not None:
            return CodeVerdict.WRONG
        if self.candidate.oddity:
            return CodeVerdict.UNKNOWN
        return CodeVerdict.UNKNOWN if self.unknown else CodeVerdict.FINE

    @cached_property
    def wrong(self) -> FollowedNetwork | None:
        """The reading with which it is surely wrong: none of what is not known would make it run."""
        if self.is_doubtful:
            return None
        failed = self._failed
        always = failed if len(failed) == len(self.readings) else []
        sure = [each for each in failed if not each.run.tests] or always
        if sure:
            return sure[0]
        return next((each for each in self.readings if _loses_batch(each)), None)

    @property
    def is_about_shape(self) -> bool:
        """Whether it stops at the shape of a tensor, so that another input may do."""
        failure = self.best.failure
        return isinstance(failure, Fault) and failure.code in {
            "shape",
            "dimension",
            "einops",
            "index",
            "unpack",
            "assert",
            "raise",
        }

    @property
    def _runs(self) -> bool:
        """Whether it runs whatever the outcome of what is not known."""
        return all(reading.is_known for reading in self.readings)

    @property
    def _failed(self) -> list[FollowedNetwork]:
        return [each for each in self.readings if isinstance(each.failure, Fault)]

    @property
    def best(self) -> FollowedNetwork:
        """The reading that says most: the one with the mistake, or one that comes to its end."""
        ended = next((each for each in self.readings if each.failure is None), self.readings[0])
        return self.wrong or ended

    @cached_property
    def unknown(self) -> tuple[tuple[int, str], ...]:
        """What could not be followed, each once, by line."""
        places: dict[tuple[int, str], None] = {}
        for reading in self.readings:
            for unknown in reading.run.skipped.values():
                places[unknown.line, unknown.construct] = None
            for test in () if self._runs else reading.run.tests:
                places[test.line, f"which way this goes: {test.construct}"] = None
            if isinstance(reading.failure, Stuck):
                places[reading.failure.line, reading.failure.construct] = None
            for assumption in reading.run.assumptions:
                places[line_of(assumption.place), assumption.message] = None
            if reading.failure is None and not reading.is_known and not reading.run.skipped:
                places[0, "what comes out"] = None
        if self.candidate.oddity and self._runs:
            network = self.best.network
            node = network.cls.node if isinstance(network, Instance) else None
            places[line_of(node or ast.Pass()), self.candidate.oddity] = None
        if self.wrong is None:
            for reading in self._failed[:1]:
                places[_doubt(reading.failure)] = None
        return tuple(sorted(places))


def _doubt(failure: Fault | Stuck | None) -> tuple[int, str]:
    """A failure that only some values of what is not known bring about."""
    return line_of(getattr(failure, "place", ast.Pass())), f"whether this runs: {getattr(failure, 'message', '')}"


def _loses_batch(reading: FollowedNetwork) -> bool:
    """Whether a view has joined the batch with other dimensions, and what leaves forward still is so."""
    if reading.failure is not None or not reading.run.folds:
        return False
    firsts = [tensor.shape[0] for tensor in tensors(reading.output) if tensor.shape]
    return bool(firsts) and all(first != BATCH for first in firsts)


def tensors(value: Value) -> list[Tensor]:
    """The tensors in what forward returns."""
    return [each for each in flat(value) if isinstance(each, Tensor)]


def likeliest(trials: Sequence[InputTrial]) -> InputTrial | None:
    """Of inputs that were guessed, all in vain, the one that says most; None where they do not agree.

    What cannot be told of an input may run, so that the network is not wrong for certain. Of inputs with so many
    dimensions or another number, those are meant with which the network gets furthest. Sizes that were tried for want
    of better show a mistake only where all of them stop at the same place.
    """
    unknown = next((trial for trial in trials if trial.verdict is CodeVerdict.UNKNOWN), None)
    if unknown is not None or not trials:
        return unknown
    furthest = max(trials, key=lambda trial: trial.best.run.operations)
    is_one = len(furthest.candidate.shapes) == 1 or furthest.candidate.is_certain
    is_clear = is_one and furthest.best.run.operations and not furthest.candidate.is_stuck
    if furthest.is_about_shape and not is_clear:
        return None  # none of the numbers of dimensions that were tried may be the right one
    alike = [trial for trial in trials if _ranks(trial) == _ranks(furthest)]
    places = {_place(trial) for trial in alike}
    return alike[0] if len(places) == 1 or not alike[0].candidate.is_trial else None


#: Kinds of mistakes that are not due to the kind of a value that was chosen.
_OF_SIZES = frozenset({"shape", "dimension", "einops", "name", "super"})


def _code(trial: InputTrial) -> str:
    failure = trial.wrong.failure if trial.wrong is not None else None
    return failure.code if isinstance(failure, Fault) else ""


def agreed(trials: Sequence[InputTrial | None], general: InputTrial | None) -> InputTrial | None:
    """Of networks whose arguments have chosen values, none of which run, the one that says most.

    Other values may well run, so that the network is wrong only where all of them stop at the same place, and there
    with letters for the sizes as well.

    Args:
        trials: one for each choice of values.
        general: the first of them with letters for the sizes.
    """
    first = next((trial for trial in trials if trial is not None), None)
    if first is None or first.verdict is CodeVerdict.UNKNOWN or first.candidate.by_letters is None:
        return first
    places = {None if trial is None else _place(trial) for trial in trials}
    failure = first.wrong.failure if first.wrong is not None else None
    is_open = any(map(is_structure, first.candidate.chosen)) and getattr(failure, "code", "") != "name"
    is_certain = len(places) == 1 and _code(first) in _OF_SIZES and not is_open
    if is_certain and general is not None and _place(general) in places:
        return replace(first, general=general)
    return replace(first, is_doubtful=True)


def _ranks(trial: InputTrial) -> list[int]:
    """How many dimensions the inputs have."""
    return [len(shape) for shape in trial.candidate.shapes]


def _place(trial: InputTrial) -> object:
    """Where a network stops."""
    failure = trial.wrong.failure if trial.wrong is not None else None
    return (failure.file, line_of(failure.place), failure.code) if isinstance(failure, Fault) else None
