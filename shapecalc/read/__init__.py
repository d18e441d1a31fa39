"""The doors: text and documents become a Net. What is read is never executed."""

from shapecalc.read.expression import read_expression as read_expression
from shapecalc.read.inline import parse as parse
from shapecalc.read.sizes import read_shape as read_shape
