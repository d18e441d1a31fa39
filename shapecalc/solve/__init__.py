"""The questions asked backwards. For now: what is the smallest change that makes a refused net legal?"""

from shapecalc.solve.repairs import repairs as repairs
