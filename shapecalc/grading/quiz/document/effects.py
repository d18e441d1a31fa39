"""Questions whose answer is judged by what it does: an argument, layers, a network."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from shapecalc.algebra import Int
from shapecalc.catalogue.data_sets import BUILT_IN_DATA
from shapecalc.errors import SpecError, did_you_mean
from shapecalc.grading.answers.kind import AnswerKind, NotUnderstoodError
from shapecalc.grading.answers.layer import BLANK, ArgumentAnswer, LayerAnswer, LayerText
from shapecalc.grading.answers.network import MAX_SOURCE, NetworkAnswer, ProgramText
from shapecalc.grading.effects.requirement import Learns, Occurrences, Requirement, Types
from shapecalc.grading.effects.rubric import Rubric
from shapecalc.grading.quiz.document.parts import Strict, as_text, one_of
from shapecalc.grading.quiz.document.question import QuestionDocument
from shapecalc.grading.quiz.document.requirements import AmountEntry, EffectKeys, TypeCounts, TypeNames, layer_type
from shapecalc.grading.quiz.nets import QuestionNet
from shapecalc.grading.quiz.question import Question
from shapecalc.grading.training import MAX_TRAINED_STEPS, TRAINED_BATCH, TrainingTask, supposed_training
from shapecalc.layers import Shape, shape_text
from shapecalc.solve import layers_for

#: The most layers that an answer of kind layer may be allowed.
MAX_LAYERS = 20
#: The steps of a quiz's work for each layer that is judged, and for a program.
_LAYER_STEPS, _PROGRAM_STEPS = 10, 1_000
#: The data sets whose samples have a class each.
_CLASS_DATA = tuple(facts.name for facts in BUILT_IN_DATA.values() if facts.classes)
#: Up to which number an example of a value is searched, and the words that are tried behind it.
_VALUES, _WORDS = 64, ("same", "valid")


class EffectDocument(EffectKeys, QuestionDocument):
    """A question about what layers do. Abstract."""


class ArgumentDocument(EffectDocument):
    """A value for the blank of a layer."""

    kind: Literal["argument"] = Field(description="A value for the blank of a layer, judged by what it does.")
    layer: Annotated[str, Field(min_length=1, max_length=500)] = Field(
        description="The layer, or several, with ? in place of the value."
    )
    example: Annotated[str, Field(max_length=100), BeforeValidator(as_text)] = Field(
        default="", description="A right answer, shown as the key; the first that the engine finds, by default."
    )

    def question(self, net: QuestionNet) -> Question:
        if self.layer.count(BLANK) != 1:
            raise SpecError(f"The layer {self.layer!r} has {self.layer.count(BLANK)} blanks; write ? once.")
        rubric = self.rubric()
        texts = [self.example] if self.example else [*map(str, range(_VALUES + 1)), *_WORDS]
        probe = ArgumentAnswer(LayerText("", None), self.layer, rubric)
        answer = ArgumentAnswer(right_example(probe, texts, self.example, net), self.layer, rubric)
        return self.with_answer(answer, blank=self.layer)


class LayerDocument(EffectDocument):
    """Layers that do something."""

    kind: Literal["layer"] = Field(description="A layer, judged by what it does.")
    types: TypeNames = Field(default=[], description="Which layers may occur: MaxPool2d, or a family such as pool.")
    most: Annotated[int, Field(ge=1, le=MAX_LAYERS)] = Field(default=1, description="How many layers it may have.")
    example: Annotated[str, Field(max_length=500)] = Field(
        default="", description="A right answer, shown as the key; one that the engine finds, by default."
    )

    @model_validator(mode="after")
    def _types_exist(self) -> LayerDocument:
        for word in self.types:
            layer_type(word)
        return self

    def requirements(self) -> Iterator[Requirement]:
        yield from super().requirements()
        if self.types:
            yield Types(tuple(self.types), "types")

    def question(self, net: QuestionNet) -> Question:
        rubric = self.rubric()
        probe = LayerAnswer(LayerText("", None), rubric, self.most)
        texts = [self.example] if self.example else self._candidates(rubric)
        return self.with_answer(LayerAnswer(right_example(probe, texts, self.example, net), rubric, self.most))

    def _candidates(self, rubric: Rubric) -> Iterator[str]:
        """Layers that may do it: those that make the size of the size, which the engine finds backwards."""
        channels = self._channels(rubric)
        filters = self.channels.least if self.channels else channels
        for asked in self._sizes_asked(rubric):
            for kind in ("pool", "avgpool", "conv", "deconv"):
                try:
                    solutions = layers_for(*asked, layer=kind, dims=max(len(self._input(rubric)) - 1, 1)).solutions
                except SpecError:  # sizes that such a layer cannot be asked for
                    continue
                for solution in solutions[:8]:
                    yield re.sub(r"\bK\b", str(filters), re.sub(r"\bD\b", str(channels), str(solution)))

    def _input(self, rubric: Rubric) -> Shape:
        return rubric.inputs[0] if rubric.inputs else (1, 0, 0)

    def _channels(self, rubric: Rubric) -> Int:
        first = self._input(rubric)[0]
        return first if isinstance(first, int) and rubric.inputs else 8

    def _sizes_asked(self, rubric: Rubric) -> Iterator[tuple[str, str]]:
        shape = self._input(rubric)
        before = str(shape[1]) if rubric.inputs and len(shape) > 1 else "W"
        if self.keeps:
            yield before, before
        if self.output and "x" not in self.output:
            yield before, self.output
        if self.divides:
            yield (
                before,
                f"ceil({before}/{self.divides})" if self.rounded == "up" else f"floor({before}/{self.divides})",
            )
        if self.multiplies:
            yield before, f"{self.multiplies}*{before}"


class TrainDocument(Strict):
    """A training by which a network is graded."""

    data: Annotated[str, one_of(*_CLASS_DATA)] = Field(
        description="The data set.", json_schema_extra={"enum": [*_CLASS_DATA]}
    )
    steps: Annotated[int, Field(ge=1, le=MAX_TRAINED_STEPS)] = Field(
        description=f"The number of steps, each of {TRAINED_BATCH} samples."
    )
    seed: Annotated[int, Field(ge=0, lt=1 << 32)] = Field(default=0, description="Decides everything random.")
    accuracy_at_least: Annotated[Decimal, Field(gt=0, le=1, decimal_places=4)] = Field(
        description="The accuracy on the test samples that earns all points: 0.95."
    )

    @model_validator(mode="after")
    def _is_above_chance(self) -> TrainDocument:
        if self.task.accuracy <= self.task.chance:
            raise ValueError(f"accuracy_at_least must be above that of a guess, {float(self.task.chance):g}")
        return self

    @property
    def task(self) -> TrainingTask:
        """The training."""
        return TrainingTask(self.data, self.steps, self.seed, Fraction(self.accuracy_at_least))


class NetworkDocument(EffectDocument):
    """A network."""

    kind: Literal["network"] = Field(description="A network: layers, or a program, which is read and never run.")
    layers: AmountEntry | None = Field(default=None, description="How many layers there must be.")
    types: TypeNames = Field(default=[], description="Which layers may occur: ReLU, or a family such as conv.")
    uses: TypeNames | TypeCounts = Field(
        default=[], description="Which layers must occur: a list, or with how often, {conv: 2, pool: {at_least: 1}}."
    )
    lacks: TypeNames = Field(default=[], description="Which layers must not occur.")
    rubric_points: Annotated[dict[str, Annotated[Decimal, Field(ge=0, le=1000)]], Field(alias="rubric")] = Field(
        default={}, description="What each requirement is worth, by its key; only all together, by default."
    )
    train: TrainDocument | None = Field(
        default=None, description="Grade it by training: on which data, for how long, and what it must reach."
    )
    example: Annotated[str, Field(max_length=MAX_SOURCE)] = Field(
        default="", description="A right answer, shown as the key; the question's own net, by default."
    )

    @model_validator(mode="after")
    def _types_exist(self) -> NetworkDocument:
        for word in (*self.types, *self.uses, *self.lacks):
            layer_type(word)
        return self

    def requirements(self) -> Iterator[Requirement]:
        yield from super().requirements()
        if self.layers:
            yield from self.layers.amounts("layers")
        if isinstance(self.uses, dict):
            bounds = [(word, *bound) for word, amount in self.uses.items() for bound in amount.bounds]
            yield Occurrences(tuple(bounds))
        for key in ("types", "uses", "lacks"):
            words = getattr(self, key)
            if words and isinstance(words, list):
                yield Types(tuple(words), key)
        if self.train:
            yield Learns(self.train.task)

    def rubric(self, points: tuple[Fraction, ...] = ()) -> Rubric:
        rubric = super().rubric(points)
        if self.train is None:
            return rubric
        shape = self.train.task.facts.shape
        if rubric.inputs and rubric.inputs != (shape,):
            raise SpecError(f"A network that is trained on {self.train.data} has one input, {shape_text(shape)}.")
        return replace(rubric, inputs=(shape,))

    def question(self, net: QuestionNet) -> Question:
        if not self.inputs and not self.train:
            raise SpecError("inputs are missing: on which the network must run, such as 3x32x32.")
        requirements = [*self.requirements()]
        unknown = next(
            (key for key in self.rubric_points if key not in {requirement.key for requirement in requirements}), None
        )
        if unknown is not None:
            keys = list(dict.fromkeys(requirement.key for requirement in requirements))
            raise SpecError(
                f"The rubric has {unknown}{did_you_mean(unknown, keys)}; the question asks for {', '.join(keys)}."
            )
        points = tuple(Fraction(self.rubric_points.get(requirement.key, Decimal(1))) for requirement in requirements)
        rubric = self.rubric(points if self.rubric_points else ())
        if not all(isinstance(size, int) for shape in rubric.inputs for size in shape):
            raise SpecError("The inputs of a network are numbers; give several for several sizes.")
        probe = NetworkAnswer(LayerText("", None), rubric)
        text = self.example or (net.source.spec if net.source else "")
        return self.with_answer(NetworkAnswer(right_example(probe, [text] if text else [], self.example, net), rubric))


def right_example(kind: AnswerKind[Any], texts: Iterable[str], example: str, net: QuestionNet) -> Any:
    """The first of some answers that is right, as its kind reads it; each that is tried is work of the quiz.

    Raises:
        SpecError: none is, or with what is before it, it takes too much work.
    """
    reason = "no value or layer that was tried does all of it; give an example of a right answer"
    for text in texts:
        try:
            reading = kind.read(text)
        except NotUnderstoodError as refused:
            reason = f"{text!r}: {refused}" if example else reason
            continue
        net.nets.spend(_work_of(reading), "its example and what is before it")
        judgement = kind.judge(reading)
        if judgement.awaited:  # nothing is trained to read a quiz
            judgement = judgement.awaited.settled(supposed_training) or judgement
        if judgement.credit == 1:
            return reading
        reason = f"{text!r}: {judgement.note or 'it is wrong'}" if example else reason
    raise SpecError(f"The example is not right: {reason}." if example else f"There is no example: {reason}.")


def _work_of(reading: LayerText | ProgramText) -> int:
    """About how many steps it takes to judge an answer."""
    if isinstance(reading, ProgramText):
        return _PROGRAM_STEPS
    return _LAYER_STEPS * len(reading.net.nodes) if reading.net is not None else 1
