"""Verdicts on source code: whether a network runs, on which inputs, and what mends it."""

from shapecalc.checking.judgement import check as check
