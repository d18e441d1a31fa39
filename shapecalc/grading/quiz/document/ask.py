"""What a question of a quiz file is about: a net, and what is asked of it."""

from __future__ import annotations

from typing import Annotated, Any, cast, get_args

from pydantic import BeforeValidator, Field, model_validator

from shapecalc.grading.quiz.document.parts import Short, Strict, WrittenValue, one_of
from shapecalc.grading.quiz.nets import NetSource
from shapecalc.grading.quiz.target import MEASURES, TAKES, Axis, Measure, Target


class AskDocument(Strict):
    """One thing asked of a network."""

    measure: Annotated[str, one_of(*MEASURES)] = Field(
        description="; ".join(f"{name}: {words}" for name, words in MEASURES.items()),
        json_schema_extra={"enum": list(MEASURES)},
    )
    node: Short = Field(default="", description="Of which node or input; the network's output or total, by default.")
    dim: Annotated[int, Field(ge=0, le=15)] | None = Field(
        default=None, description="Which size of the output shape, from 0."
    )
    axis: Annotated[str, one_of("", *get_args(Axis))] = Field(
        default="",
        description="Along which axis a receptive field or jump is asked.",
        json_schema_extra={"enum": list(get_args(Axis))},
    )
    tensor: Short = Field(default="", description="Which of the node's parameters, such as weight.")
    output: Annotated[int, Field(ge=0)] | None = Field(
        default=None, description="Which output sees the inputs that are asked for, from 0."
    )

    @model_validator(mode="after")
    def _only_what_fits(self) -> AskDocument:
        for key, measures in TAKES.items():
            if key in self.model_fields_set and self.measure not in measures:
                raise ValueError(f"{self.measure} takes no {key}; it goes with {' and '.join(measures)}")
        return self

    @property
    def target(self) -> Target:
        """What is asked, as the engine takes it."""
        axis, measure = cast("Axis", self.axis), cast("Measure", self.measure)
        return Target(measure, self.node, self.dim, axis, self.tensor, self.output)


def _spelled_out(value: Any) -> Any:
    """``ask: channels`` is short for ``ask: {measure: channels}``."""
    return {"measure": value} if isinstance(value, str) else value


AskEntry = Annotated[
    AskDocument,
    BeforeValidator(_spelled_out, json_schema_input_type=Measure | AskDocument),
]


class NetDocument(Strict):
    """A network as the command line takes it."""

    spec: Annotated[str, Field(min_length=1, max_length=20_000)] = Field(
        default="Identity()",
        description="Layers in torch's call syntax, zoo:NAME, or the path of a network file in the quiz's folder; left "
        "out where only the input is asked about.",
    )
    input: WrittenValue = Field(
        default="",
        description="The shape of the input without the batch: 3x130x130; left out where the file or the zoo has it.",
    )

    @property
    def source(self) -> NetSource:
        """Where the net comes from, as the engine takes it."""
        return NetSource(self.spec, self.input)
