"""Pictures: nets, what an output sees, and how a layer computes, as SVG and HTML."""

from shapecalc.drawing.arithmetic.rendering import draw_arithmetic as draw_arithmetic
from shapecalc.drawing.fields import draw_footprint as draw_footprint
from shapecalc.drawing.graph.rendering import draw as draw
from shapecalc.drawing.picture import Picture as Picture
