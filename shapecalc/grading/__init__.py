"""Grading: quizzes whose keys the engine finds, and what students answered."""

from shapecalc.grading.book.answers import Answers as Answers
from shapecalc.grading.book.answers import read_answers as read_answers
from shapecalc.grading.book.gradebook import Gradebook as Gradebook
from shapecalc.grading.book.gradebook import grade as grade
from shapecalc.grading.book.result import Result as Result
from shapecalc.grading.inspection import lint as lint
from shapecalc.grading.judge import Mark as Mark
from shapecalc.grading.judge import Verdict as Verdict
from shapecalc.grading.quiz.listing import Variants as Variants
from shapecalc.grading.quiz.question import Option as Option
from shapecalc.grading.quiz.question import Question as Question
from shapecalc.grading.quiz.quiz import Quiz as Quiz
from shapecalc.grading.quiz.template import QuizTemplate as QuizTemplate
from shapecalc.grading.quiz.template import load_quiz as load_quiz
from shapecalc.grading.quiz.template import load_template as load_template
from shapecalc.grading.quizzes.shelf import Shelf as Shelf
from shapecalc.grading.quizzes.shelf import shelf as shelf
from shapecalc.grading.variants.seeds import Seeds as Seeds
from shapecalc.grading.variants.seeds import plain_seeds as plain_seeds
from shapecalc.grading.variants.seeds import student_seeds as student_seeds
