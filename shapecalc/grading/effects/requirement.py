"""What a question may require of layers: an open set, one small class each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, final

from shapecalc.algebra import Int, Name, ceildiv
from shapecalc.algebra.comparison import Relation
from shapecalc.algebra.integers import Integers
from shapecalc.algebra.pieces import Piece
from shapecalc.grading.answers.kind import AwaitedTraining, CounterExample, Judgement
from shapecalc.grading.effects.subject import Subject
from shapecalc.grading.training import TrainedNet, TrainingTask
from shapecalc.layers import Shape, layer_classes, shape_text

#: What happens to a size that is divided where a rest remains.
Rounding = Literal["", "down", "up"]


class Requirement:
    """What layers must do. Abstract.

    Attributes:
        key: what a quiz file calls it.
    """

    __slots__ = ()
    key: str

    def judge(self, subject: Subject) -> Judgement:
        """Whether a net does it, for every input."""
        raise NotImplementedError

    @property
    def words(self) -> str:
        """What must be done, in words."""
        raise NotImplementedError


def least_favourable(judgements: Iterable[Judgement]) -> Judgement:
    """The judgement on several sizes: the first that is wrong, else the first that is undecided, else right."""
    undecided = None
    for judgement in judgements:
        if judgement.credit == 0:
            return judgement
        if judgement.credit is None:
            undecided = undecided or judgement
    return undecided or Judgement.of(is_right=True)


def _sizes(shape: Shape) -> Shape:
    """The sizes of a shape along its axes: without the channels, where there are any."""
    return shape[1:] if len(shape) > 1 else shape


def _along_axes(subject: Subject) -> list[tuple[Int, Int]] | Judgement:
    """Each size that goes in beside the one that comes out; wrong where there are not as many."""
    before, after = _sizes(subject.input_shape), _sizes(subject.output_shape)
    if len(before) != len(after) or len(subject.input_shape) != len(subject.output_shape):
        example = CounterExample((), f"gives {shape_text(subject.output_shape)}", f"{len(subject.input_shape)} sizes")
        return Judgement.of(False, "", example)
    return [*zip(before, after, strict=True)]


@final
@dataclass(frozen=True, slots=True)
class Keeps(Requirement):
    """Sizes or channels come out as they go in.

    Attributes:
        part: "size", "channels" or "shape", which is both.
    """

    part: str
    key: str = "keeps"

    @property
    def words(self) -> str:
        return f"keeps the {self.part}"

    def judge(self, subject: Subject) -> Judgement:
        pairs = _along_axes(subject)
        if isinstance(pairs, Judgement):
            return pairs
        channels = (subject.input_shape[0], subject.output_shape[0])
        pairs_by_part = {"size": pairs, "channels": [channels], "shape": [channels, *pairs]}[self.part]
        return least_favourable(subject.decide(after, Relation.EQUAL, before) for before, after in pairs_by_part)


@final
@dataclass(frozen=True, slots=True)
class Gives(Requirement):
    """A shape, or a size along every axis, comes out.

    Attributes:
        sizes: the shape, or the size alone.
        is_shape: whether it is a shape.
    """

    sizes: Shape
    is_shape: bool
    key: str = "output"

    @property
    def words(self) -> str:
        return f"gives {shape_text(self.sizes)}"

    def judge(self, subject: Subject) -> Judgement:
        output = subject.output_shape
        asked = self.sizes if self.is_shape else self.sizes * len(_sizes(output))
        given = output if self.is_shape else _sizes(output)
        if len(asked) != len(given):
            example = CounterExample((), f"gives {shape_text(output)}", shape_text(asked))
            return Judgement.of(False, "", example)
        return least_favourable(
            subject.decide(value, Relation.EQUAL, size) for value, size in zip(given, asked, strict=True)
        )


@final
@dataclass(frozen=True, slots=True)
class Divides(Requirement):
    """Every size is divided by a number: such as it divides, or, with a rounding, every size.

    Attributes:
        number: the number.
        rounding: how a size is rounded that it does not divide; "" where those are not asked for.
    """

    number: int
    rounding: Rounding = ""
    key: str = "divides"

    @property
    def words(self) -> str:
        return f"divides each size by {self.number}" + (f", rounded {self.rounding}" if self.rounding else "")

    def judge(self, subject: Subject) -> Judgement:
        pairs = _along_axes(subject)
        if isinstance(pairs, Judgement):
            return pairs
        within = None if self.rounding else Integers([Piece(self.number, None, self.number, (0,))])
        return least_favourable(
            subject.decide(after, Relation.EQUAL, self._asked(before), within if isinstance(before, Name) else None)
            for before, after in pairs
        )

    def _asked(self, size: Int) -> Int:
        return ceildiv(size, self.number) if self.rounding == "up" else size // self.number


@final
@dataclass(frozen=True, slots=True)
class Multiplies(Requirement):
    """Every size is multiplied by a number."""

    number: int
    key: str = "multiplies"

    @property
    def words(self) -> str:
        return f"multiplies each size by {self.number}"

    def judge(self, subject: Subject) -> Judgement:
        pairs = _along_axes(subject)
        if isinstance(pairs, Judgement):
            return pairs
        return least_favourable(subject.decide(after, Relation.EQUAL, self.number * before) for before, after in pairs)


@final
@dataclass(frozen=True, slots=True)
class NumberBound(Requirement):
    """A number of the net is large enough, or small enough, or this.

    Attributes:
        key: which: "field", "parameters", "macs" or "layers".
        relation: how it must compare.
        number: with what.
    """

    key: str
    relation: Relation
    number: int

    @property
    def words(self) -> str:
        return f"{self.key} {self.relation.sign} {self.number:,}"

    def judge(self, subject: Subject) -> Judgement:
        report = subject.report
        if self.key == "field":
            row = report[report.net.outputs[0]]
            if row.reason:
                return Judgement(None, f"the field of {row.name} is only a bound: {row.reason}")
            return least_favourable(self._compared(subject, axis.size) for axis in row.fields)
        numbers = {
            "channels": subject.output_shape[0] if subject.output_shape else 0,
            "parameters": report.parameters,
            "macs": report.macs,
            "layers": len(report.rows),
        }
        value = numbers[self.key]
        return Judgement(None, f"the {self.key} are not known") if value is None else self._compared(subject, value)

    def _compared(self, subject: Subject, value: Int) -> Judgement:
        judgement = subject.decide(value, self.relation, self.number)
        example = judgement.counter_example
        if example is None:
            return judgement
        noun = _NOUNS[self.key]
        return Judgement(
            judgement.credit,
            judgement.remark,
            CounterExample(example.numbers, f"has {example.value.removeprefix('gives ')} {noun}", example.expected),
        )


_NOUNS = {
    "field": "as its field",
    "channels": "channels",
    "parameters": "parameters",
    "macs": "MACs",
    "layers": "layers",
}


@final
@dataclass(frozen=True, slots=True)
class Learns(Requirement):
    """After a training it classifies test samples rightly; in part, where it does better than a guess.

    Attributes:
        task: the training.
        key: what a rubric calls it.
    """

    task: TrainingTask
    key: str = "trained"

    @property
    def words(self) -> str:
        task = self.task
        return f"classifies {_percent(task.accuracy)} of {task.data} after {task.steps:,} steps"

    def judge(self, subject: Subject) -> Judgement:
        net, task = subject.report.net, self.task
        if subject.output_shape != task.facts.output_shape:
            asked = f"{shape_text(task.facts.output_shape)}, one number for each class"
            return Judgement.of(False, "", CounterExample((), f"gives {shape_text(subject.output_shape)}", asked))
        if not subject.report.trainable:
            return Judgement.of(False, "it has nothing to train")
        excess = task.excess(net)
        if excess:
            return Judgement(None, f"{excess}; look by hand")
        return Judgement(None, "it has not been trained; look by hand", awaited=AwaitedTraining(net, task, self._after))

    def _after(self, trained: TrainedNet) -> Judgement:
        """What a net is worth by what came out of its training."""
        if trained.refusal:
            return Judgement(None, f"it could not be trained: {trained.refusal} Look by hand.")
        credit = self.task.credit(trained.accuracy)
        result = f"{_percent(trained.accuracy)} right ({trained.right} of {trained.tested} {trained.data})"
        return Judgement(credit, "" if credit == 1 else f"{result}; asked for {_percent(self.task.accuracy)}")


def _percent(share: Fraction) -> str:
    return f"{float(100 * share):.4g} %"


@final
@dataclass(frozen=True, slots=True)
class Types(Requirement):
    """Which layers must occur, may occur, or must not.

    Attributes:
        types: names of layers, or of their families: pool, conv, norm.
        key: "types" where only these may occur, "uses" where each must, "lacks" where none may.
    """

    types: tuple[str, ...]
    key: str

    @property
    def words(self) -> str:
        names = ", ".join(self.types)
        return {"types": f"only {names}", "uses": f"with {names}", "lacks": f"without {names}"}[self.key]

    def judge(self, subject: Subject) -> Judgement:
        occurring = [row.type for row in subject.report]
        match self.key:
            case "types":
                strange = next((name for name in occurring if not belongs(name, self.types)), "")
                return Judgement.of(not strange, f"{strange} is none of {', '.join(self.types)}")
            case "lacks":
                strange = next((name for name in occurring if belongs(name, self.types)), "")
                return Judgement.of(not strange, f"{strange} must not occur")
            case _:
                missing = next(
                    (word for word in self.types if not any(belongs(name, (word,)) for name in occurring)), ""
                )
                return Judgement.of(not missing, f"there is no {missing}")


@final
@dataclass(frozen=True, slots=True)
class Occurrences(Requirement):
    """How often layers must occur.

    Attributes:
        counts: the name of a layer or of a family, how often it must occur, and how the two compare.
        key: what a quiz file calls it.
    """

    counts: tuple[tuple[str, Relation, int], ...]
    key: str = "uses"

    @property
    def words(self) -> str:
        return "with " + ", ".join(f"{word} {relation.sign} {number}" for word, relation, number in self.counts)

    def judge(self, subject: Subject) -> Judgement:
        occurring = [row.type for row in subject.report]
        for word, relation, number in self.counts:
            count = sum(belongs(name, (word,)) for name in occurring)
            if not relation.test(count, number):
                return Judgement.of(False, f"it has {word} {count} times; asked for {word} {relation.sign} {number}")
        return Judgement.of(is_right=True)


def family_of(name: str) -> str:
    """The family of a layer: the part of the room of layers that declares it."""
    classes = layer_classes()
    return classes[name].__module__.rpartition(".")[2] if name in classes else ""


def belongs(name: str, words: Iterable[str]) -> bool:
    """Whether a layer is one of some layers, or of one of some families."""
    return any(word in (name, family_of(name)) for word in words)
