"""An answer that is a kernel: a matrix of numbers, judged by what it does to an image."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import isqrt
from typing import Any, ClassVar, final

from shapecalc.errors import SpecError
from shapecalc.formats.text.matrices import MAX_CHARACTERS, read_matrix
from shapecalc.grading.answers.kind import AnswerKind, Judgement, NotUnderstoodError, bounded
from shapecalc.kernels import Effect, Kernel


@final
@dataclass(frozen=True, slots=True)
class KernelAnswer(AnswerKind[Kernel]):
    """A matrix of numbers that has certain effects; every matrix that has them is right.

    Attributes:
        key: an example of a right answer.
        effects: what it must do.
    """

    name: ClassVar[str] = "kernel"
    key: Kernel
    effects: tuple[Effect, ...]

    def read(self, answer: str) -> Kernel:
        lines = answer.replace("\r\n", "\n").replace("\n", ";")  # a line is a row
        try:
            kernel = read_matrix(bounded(lines, MAX_CHARACTERS))
        except NotUnderstoodError:
            raise
        except SpecError as refused:
            raise NotUnderstoodError(str(refused).removesuffix(".")) from None
        width = kernel.size[1]
        if kernel.size[0] == 1 and width > 3 and isqrt(width) ** 2 == width and "[" not in answer:
            raise NotUnderstoodError(f"these {width} numbers may be one row, or several; write [[…], […]]")
        return kernel

    def judge(self, reading: Kernel) -> Judgement:
        evidence = [(effect, effect.decide(reading)) for effect in self.effects]
        for effect, reason in evidence:
            if reason.holds is False:
                return Judgement(Fraction(0), f"asked for one that {effect.words}: {reason.because}")
        for effect, reason in evidence:
            if reason.holds is None:
                return Judgement(None, f"asked for one that {effect.words}: {reason.because}")
        return Judgement(Fraction(1))

    def plain(self, reading: Kernel | None) -> Any:
        return None if reading is None else reading.plain()
