"""All that a question requires of layers, with what each part is worth."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import final

from shapecalc.errors import ShapeError
from shapecalc.formats import parse
from shapecalc.grading.answers.kind import AwaitedTraining, Judgement
from shapecalc.grading.effects.requirement import Requirement, least_favourable
from shapecalc.grading.effects.subject import Subject, subject_on, subject_on_any
from shapecalc.grading.training import TrainedNet
from shapecalc.layers import Shape, shape_text
from shapecalc.net import Net


@final
@dataclass(frozen=True, slots=True)
class Rubric:
    """What layers must do, on which inputs.

    Attributes:
        requirements: what they must do.
        inputs: the inputs on which they must; none where that is any that they take.
        points: what each requirement is worth; () where only all of them together are worth something.
    """

    requirements: tuple[Requirement, ...]
    inputs: tuple[Shape, ...] = ()
    points: tuple[Fraction, ...] = ()

    def judge(self, net: Net) -> Judgement:
        """What a net is worth: nothing where it refuses one of the inputs."""
        try:
            subjects = [*self._subjects(net)]
        except ShapeError as refused:
            return Judgement.of(False, _without_remedy(refused))
        judgements = [
            least_favourable(requirement.judge(subject) for subject in subjects) for requirement in self.requirements
        ]
        return self._together(judgements)

    def _together(self, judgements: list[Judgement]) -> Judgement:
        """What a net is worth by the judgement on each requirement; a training waits until nothing else decides."""
        if not self.points and (wrong := next((each for each in judgements if each.credit == 0), None)):
            return wrong
        undecided = [judgement for judgement in judgements if judgement.credit is None]
        for judgement in undecided:
            if judgement.awaited is None:
                return judgement
        for place, judgement in enumerate(judgements):
            if judgement.awaited:
                return replace(judgement, awaited=self._with_training(judgements, place, judgement.awaited))
        return self._decided(judgements)

    def _with_training(self, judgements: list[Judgement], place: int, awaited: AwaitedTraining) -> AwaitedTraining:
        """A training after which all requirements are judged together."""

        def after(trained: TrainedNet) -> Judgement:
            return self._together([*judgements[:place], awaited.judgement(trained), *judgements[place + 1 :]])

        return replace(awaited, judgement=after)

    def _decided(self, judgements: list[Judgement]) -> Judgement:
        """What a net is worth where every requirement is decided."""
        if not self.points:
            return min(judgements, key=lambda judgement: judgement.credit or 0)
        if any(judgement.credit != 1 for judgement in judgements):
            judgements = self._without_idle(judgements)
        pairs = zip(self.points, judgements, strict=True)
        earned = sum((points * (judgement.credit or 0) for points, judgement in pairs), Fraction(0))
        notes = [
            f"{requirement.words}: {judgement.note or 'no'}"
            for requirement, judgement in zip(self.requirements, judgements, strict=True)
            if judgement.credit != 1
        ]
        return Judgement(earned / sum(self.points), "; ".join(notes))

    def _without_idle(self, judgements: list[Judgement]) -> list[Judgement]:
        """The judgements, where what a layer does that does nothing is worth something only beside what it does not."""
        idle = [self._holds_idly(requirement) for requirement in self.requirements]
        if all(idle) or any(
            judgement.credit for judgement, is_idle in zip(judgements, idle, strict=True) if not is_idle
        ):
            return judgements
        nothing = Judgement.of(False, "it holds where nothing is done, and counts beside another part")
        return [
            nothing if is_idle and judgement.credit else judgement
            for judgement, is_idle in zip(judgements, idle, strict=True)
        ]

    def _holds_idly(self, requirement: Requirement) -> bool:
        """Whether a layer that does nothing fulfils a requirement."""
        try:
            subjects = [*self._subjects(parse("Identity()"))]
            return least_favourable(requirement.judge(subject) for subject in subjects).credit == 1
        except ShapeError:
            return False

    @property
    def words(self) -> str:
        """What is required, in words."""
        return ", ".join(requirement.words for requirement in self.requirements)

    def _subjects(self, net: Net) -> Iterator[Subject]:
        if not self.inputs:
            yield subject_on_any(net)
        for shape in self.inputs:
            try:
                yield subject_on(net, shape)
            except ShapeError as refused:
                raise ShapeError(f"it refuses {shape_text(shape)}: {_without_remedy(refused)}") from None


def _without_remedy(refused: ShapeError) -> str:
    """A refusal without what would mend it, which may be what the question asks for."""
    return ": ".join(filter(None, (refused.node, refused.reason)))
