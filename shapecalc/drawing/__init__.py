"""Pictures: nets, what an output sees, and how a layer computes, as SVG and HTML."""

from shapecalc.drawing.fields import draw_field as draw_field
from shapecalc.drawing.graph.rendering import draw as draw
from shapecalc.drawing.picture import Picture as Picture
