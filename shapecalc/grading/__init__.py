"""Grading: quizzes whose keys the engine finds, and what students answered."""

from shapecalc.grading.book.answers import Answers as Answers
from shapecalc.grading.book.answers import read_answers as read_answers
from shapecalc.grading.book.gradebook import Gradebook as Gradebook
from shapecalc.grading.book.gradebook import grade as grade
from shapecalc.grading.book.result import Result as Result
from shapecalc.grading.judge import Mark as Mark
from shapecalc.grading.judge import Verdict as Verdict
from shapecalc.grading.quiz.question import Option as Option
from shapecalc.grading.quiz.question import Question as Question
from shapecalc.grading.quiz.quiz import Quiz as Quiz
from shapecalc.grading.quiz.quiz import load_quiz as load_quiz
