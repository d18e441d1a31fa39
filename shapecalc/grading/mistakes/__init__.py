"""Mistakes: a wrong number explained as an edit of the formula that gives the right one."""

from shapecalc.grading.mistakes.agreement import decide as decide
from shapecalc.grading.mistakes.authored import AuthoredMistake as AuthoredMistake
from shapecalc.grading.mistakes.diagnosis import Diagnosis as Diagnosis
from shapecalc.grading.mistakes.diagnosis import diagnoses_text as diagnoses_text
from shapecalc.grading.mistakes.formula import explain_formula as explain_formula
from shapecalc.grading.mistakes.scale import explain_amount as explain_amount
from shapecalc.grading.mistakes.table import Diagnoses as Diagnoses
