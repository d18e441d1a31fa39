"""A net as a spreadsheet: one sheet a layer, each value a formula, weights and input to be changed by hand."""

from shapecalc.drawing.sheet.values import read_values as read_values
from shapecalc.drawing.sheet.values import seeded_values as seeded_values
from shapecalc.drawing.sheet.workbook import SheetBook as SheetBook
from shapecalc.drawing.sheet.workbook import write_formulas as write_formulas
