"""The nets of a quiz and what is asked of them, each computed once, within a bound on the work of the whole quiz."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from pathlib import Path
from typing import final

from shapecalc.errors import SpecError
from shapecalc.formats import open_within, parse
from shapecalc.grading.quiz.question import ModelAnswer, model_answer
from shapecalc.grading.quiz.target import Target
from shapecalc.measures import Report, measure
from shapecalc.net import Net

#: The most steps that all nets of a quiz and the derivations of its keys take.
MAX_STEPS = 100_000
#: The layers that are one step where a size is followed to the layer that makes it.
_LAYERS = 8


@final
@dataclass(frozen=True, slots=True)
class NetSource:
    """Where a net comes from.

    Attributes:
        spec: its layers, its name in the zoo, or the path of its file.
        input: the shape of its input; "" where the spec knows it.
    """

    spec: str
    input: str = ""


@final
class Nets:
    """The nets of a quiz, each measured once and each answer derived once, as far as a quiz's work goes.

    Args:
        folder: where the files of nets may lie; without a folder, a net is a text or a net of the zoo.
    """

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        self.steps = 0
        self._reports: dict[NetSource, Report] = {}
        self._answers: dict[Hashable, ModelAnswer] = {}

    def answer(self, source: NetSource, target: Target, *, in_letters: bool = False) -> ModelAnswer:
        """The engine's answer to a question about a net.

        Args:
            source: the net.
            target: what is asked of it.
            in_letters: whether the answer may be an expression in letters.

        Raises:
            SpecError: with what is asked before it, it takes too much work; or there is no answer.
        """
        place = (source, target, in_letters)
        if place not in self._answers:
            report = self.report(source)
            layers = len(report.rows)
            self.spend(layers if target.is_of_many else layers // _LAYERS, "its key and those before it")
            self._answers[place] = model_answer(target, report, in_letters=in_letters)
        return self._answers[place]

    def report(self, source: NetSource) -> Report:
        """A net, measured.

        Raises:
            SpecError: there is no such net, or with those before it, it takes too much work.
        """
        if source not in self._reports:
            self._reports[source] = report = measure(self._open(source))
            self.spend(report.steps, "its net and those before it")
        return self._reports[source]

    def spend(self, steps: int, subject: str) -> None:
        """Count the work that something takes.

        Raises:
            SpecError: it is more than a quiz may take.
        """
        self.steps += steps
        if self.steps > MAX_STEPS:
            raise SpecError(f"{subject} take more than {MAX_STEPS:,} steps; ask about fewer.")

    def _open(self, source: NetSource) -> Net:
        shape = source.input or ()
        if self.folder is None:
            return parse(source.spec, input_shape=shape)
        return open_within(self.folder, source.spec, input_shape=shape)


@final
@dataclass(frozen=True, slots=True)
class QuestionNet:
    """The net of one question, as the document of the question asks about it.

    Attributes:
        nets: all nets of the quiz.
        source: where this one comes from; None where neither the question nor the quiz has one.
    """

    nets: Nets
    source: NetSource | None

    def answer(self, target: Target) -> ModelAnswer:
        """The engine's answer to a question about the net.

        Raises:
            SpecError: as :meth:`Nets.answer`, or there is no net.
        """
        return self.nets.answer(self._source(), target)

    def answer_in_letters(self, target: Target) -> ModelAnswer:
        """As :meth:`answer`, where the answer is an expression in the letters of the net.

        Raises:
            SpecError: as :meth:`answer`, or it is a shape or a fraction.
        """
        return self.nets.answer(self._source(), target, in_letters=True)

    @property
    def report(self) -> Report:
        """The net, measured.

        Raises:
            SpecError: as :meth:`Nets.report`, or there is no net.
        """
        return self.nets.report(self._source())

    def _source(self) -> NetSource:
        if self.source is None:
            raise SpecError("It has no net, and neither has the quiz.")
        return self.source
