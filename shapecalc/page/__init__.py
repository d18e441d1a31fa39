"""What a person is shown, as data: tables, notes and derivations, rendered as text, Markdown, HTML or LaTeX."""

from shapecalc.page.blocks import Alternatives as Alternatives
from shapecalc.page.blocks import Block as Block
from shapecalc.page.blocks import Cell as Cell
from shapecalc.page.blocks import Column as Column
from shapecalc.page.blocks import Derivation as Derivation
from shapecalc.page.blocks import Equation as Equation
from shapecalc.page.blocks import Lines as Lines
from shapecalc.page.blocks import Notes as Notes
from shapecalc.page.blocks import Sum as Sum
from shapecalc.page.blocks import Table as Table
from shapecalc.page.page import WIDTH as WIDTH
from shapecalc.page.page import Page as Page
from shapecalc.page.page import Presentable as Presentable
from shapecalc.page.signs import visible as visible
