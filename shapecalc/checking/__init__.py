"""Verdicts on source code: whether a network runs, on which inputs, and what mends it."""

from shapecalc.checking.check import check as check
