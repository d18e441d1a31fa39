"""Questions whose answer is a kernel, judged by what it does to an image."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from shapecalc.errors import SpecError
from shapecalc.formats.text.matrices import read_matrix
from shapecalc.grading.answers.kernel import KernelAnswer
from shapecalc.grading.quiz.document.keys import shape_value
from shapecalc.grading.quiz.document.parts import WrittenValue, one_of
from shapecalc.grading.quiz.document.question import QuestionDocument
from shapecalc.grading.quiz.nets import QuestionNet
from shapecalc.grading.quiz.question import Question
from shapecalc.kernels import EFFECTS, KERNELS, Effect, Kernel, UpTo, lacking, named_kernel, of_size, same_as

#: The most effects of one question.
MAX_EFFECTS = 10


def _rows_as_text(value: Any) -> Any:
    """A matrix as a file has it, a list of rows, as text."""
    return str(value).replace("'", "") if isinstance(value, list) else value


#: A kernel by its name or its numbers.
WrittenKernel = Annotated[
    str, BeforeValidator(_rows_as_text, json_schema_input_type=str | list[list[float | str]]), Field(max_length=2_000)
]
EffectName = Annotated[str, one_of(*EFFECTS), Field(json_schema_extra={"enum": [*EFFECTS]})]
EffectNames = Annotated[
    list[EffectName],
    BeforeValidator(
        lambda value: [value] if isinstance(value, str) else value,
        json_schema_input_type=EffectName | list[EffectName],
    ),
    Field(max_length=MAX_EFFECTS),
]


class KernelDocument(QuestionDocument):
    """A small matrix of numbers that does something to an image; every matrix that does it is right."""

    kind: Literal["kernel"] = Field(description="A matrix of numbers, judged by what it does to an image.")
    does: EffectNames = Field(default=[], description="What it must do, one effect or several.")
    does_not: EffectNames = Field(default=[], description="What it must not do.")
    size: WrittenValue = Field(default="", description="The size that it must have: 3x3; any, by default.")
    same_as: WrittenKernel = Field(
        default="", description="The kernel that it must be the same as, by its name or its numbers."
    )
    up_to: Annotated[str, one_of(*UpTo)] = Field(
        default=UpTo.NOTHING,
        description="In what it may differ from that: in nothing, in the sign of all numbers, or by a factor.",
        json_schema_extra={"enum": [*UpTo]},
    )
    example: WrittenKernel = Field(
        default="", description="A right answer, shown as the key; a kernel that has a name, by default."
    )

    @model_validator(mode="after")
    def _has_a_requirement(self) -> KernelDocument:
        if not (self.does or self.does_not or self.same_as):
            raise ValueError("does, does_not or same_as is missing: what the kernel must do")
        if "up_to" in self.model_fields_set and not self.same_as:
            raise ValueError("up_to goes with same_as")
        return self

    def question(self, net: QuestionNet) -> Question:
        effects = tuple(self._effects())
        return self.with_answer(KernelAnswer(self._key(effects), effects))

    def _effects(self) -> list[Effect]:
        effects = [EFFECTS[name] for name in self.does] + [lacking(EFFECTS[name]) for name in self.does_not]
        if self.size:
            sizes = shape_value(self.size)
            if len(sizes) != 2:
                raise SpecError(f"size is {self.size!r}; a kernel has a height and a width, such as 3x3.")
            effects.insert(0, of_size(*sizes))
        if self.same_as:
            model = kernel_value(self.same_as)
            name = self.same_as if self.same_as in KERNELS else ""
            effects.append(same_as(model, name, up_to=UpTo(self.up_to)))
        return effects

    def _key(self, effects: tuple[Effect, ...]) -> Kernel:
        """The example, checked; a kernel with a name that has all effects, where the file gives none."""
        kernel = kernel_value(self.example or self.same_as) if self.example or self.same_as else None
        candidates = [*KERNELS.values()] if kernel is None else [kernel]
        for candidate in candidates:
            refusals = [
                f"asked for one that {effect.words}: {evidence.because}"
                for effect in effects
                if not (evidence := effect.decide(candidate)).holds
            ]
            if not refusals:
                return candidate
        if kernel is None:
            raise SpecError("No kernel with a name does all of this; give an example of a right answer.")
        raise SpecError(f"The {'example' if self.example else 'kernel of same_as'} is not right: {refusals[0]}.")


def kernel_value(text: str) -> Kernel:
    """A kernel by its name or its numbers.

    Raises:
        SpecError: it is neither.
    """
    return named_kernel(text) if text[:1].isalpha() else read_matrix(text)
