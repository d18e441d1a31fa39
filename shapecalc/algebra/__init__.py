"""Integers with names: the formulas of the layers and every reading of them."""

from shapecalc.algebra.evaluation import evaluate as evaluate
from shapecalc.algebra.expr import Expr as Expr
from shapecalc.algebra.expr import Int as Int
from shapecalc.algebra.expr import Name as Name
from shapecalc.algebra.expr import ceildiv as ceildiv
from shapecalc.algebra.expr import maximum as maximum
from shapecalc.algebra.expr import minimum as minimum
from shapecalc.algebra.expr import product as product
from shapecalc.algebra.formula import Env as Env
from shapecalc.algebra.formula import Formula as Formula
from shapecalc.algebra.formula import name_values as name_values
from shapecalc.algebra.names import names_in as names_in
from shapecalc.algebra.normal_form import normal as normal
from shapecalc.algebra.notation import LATEX as LATEX
from shapecalc.algebra.notation import TEXT as TEXT
from shapecalc.algebra.notation import text as text
from shapecalc.algebra.serialization import plain as plain
from shapecalc.algebra.totals import short as short
from shapecalc.algebra.totals import total as total
