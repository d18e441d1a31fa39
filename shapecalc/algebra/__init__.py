"""Integers with names: the formulas of the layers and every reading of them."""

from shapecalc.algebra.evaluate import evaluate as evaluate
from shapecalc.algebra.expr import Expr as Expr
from shapecalc.algebra.expr import Int as Int
from shapecalc.algebra.expr import Name as Name
from shapecalc.algebra.expr import ceildiv as ceildiv
from shapecalc.algebra.expr import maximum as maximum
from shapecalc.algebra.expr import minimum as minimum
from shapecalc.algebra.expr import product as product
from shapecalc.algebra.formula import Env as Env
from shapecalc.algebra.formula import Formula as Formula
from shapecalc.algebra.formula import names_of as names_of
from shapecalc.algebra.names import names as names
from shapecalc.algebra.normal import normal as normal
from shapecalc.algebra.normal import short as short
from shapecalc.algebra.normal import total as total
from shapecalc.algebra.text import LATEX as LATEX
from shapecalc.algebra.text import TEXT as TEXT
from shapecalc.algebra.text import text as text
