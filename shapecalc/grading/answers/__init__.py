"""The kinds of answers, one file each, by the names that a quiz calls them."""

from shapecalc.grading.answers.choice import SelectAll, SingleChoice
from shapecalc.grading.answers.expression import ExpressionAnswer
from shapecalc.grading.answers.integer import IntegerAnswer
from shapecalc.grading.answers.kind import AnswerKind
from shapecalc.grading.answers.shape import ShapeAnswer

#: Every kind of answer; a new one is added here and is known to quizzes, the judge and the published schema.
KINDS: dict[str, AnswerKind] = {
    "integer": IntegerAnswer(),
    "expression": ExpressionAnswer(),
    "shape": ShapeAnswer(),
    "single-choice": SingleChoice(),
    "select-all": SelectAll(),
}
