"""The questions asked of all inputs at once, and backwards: closed forms, and the changes that mend a refused net."""

from shapecalc.solve.closed import ClosedForm as ClosedForm
from shapecalc.solve.closed import closed_form as closed_form
from shapecalc.solve.closed import measure_at as measure_at
from shapecalc.solve.closed import with_letters as with_letters
from shapecalc.solve.domain import Domain as Domain
from shapecalc.solve.repairs import repairs as repairs
