"""The kinds of answers: a final class each, which holds what its rules need."""

from shapecalc.grading.answers.kind import AnswerKind as AnswerKind
from shapecalc.grading.answers.kind import CounterExample as CounterExample
from shapecalc.grading.answers.kind import Judgement as Judgement
from shapecalc.grading.answers.kind import NotUnderstoodError as NotUnderstoodError
