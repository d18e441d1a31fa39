"""The work of a net as other tools print it, and why: our count, and the terms that lead from it to the tool's."""

from shapecalc.compare.counters.counting import LayerCount as LayerCount
from shapecalc.compare.counters.counting import WorkCount as WorkCount
from shapecalc.compare.counters.counting import count_work as count_work
from shapecalc.compare.counters.tools import CONVENTIONS as CONVENTIONS
from shapecalc.compare.counters.tools import Convention as Convention
