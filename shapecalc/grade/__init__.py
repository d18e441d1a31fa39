"""Grading: quizzes whose keys the engine finds, and what students answered."""

from shapecalc.grade.answers import Answers as Answers
from shapecalc.grade.answers import Submission as Submission
from shapecalc.grade.answers import read_answers as read_answers
from shapecalc.grade.gradebook import Gradebook as Gradebook
from shapecalc.grade.gradebook import Result as Result
from shapecalc.grade.gradebook import grade as grade
from shapecalc.grade.judge import Mark as Mark
from shapecalc.grade.judge import Verdict as Verdict
from shapecalc.grade.quiz import Option as Option
from shapecalc.grade.quiz import Question as Question
from shapecalc.grade.quiz import Quiz as Quiz
from shapecalc.grade.quiz import load_quiz as load_quiz
