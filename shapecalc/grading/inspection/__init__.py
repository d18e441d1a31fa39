"""What a teacher should know of a quiz before a student sees it."""

from shapecalc.grading.inspection.looks import lint as lint
from shapecalc.grading.inspection.report import QuizRemark as QuizRemark
from shapecalc.grading.inspection.report import QuizReport as QuizReport
