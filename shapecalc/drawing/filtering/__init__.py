"""Images through kernels and the layers behind them, a picture of each stage. NumPy and Pillow are needed."""

from shapecalc.drawing.filtering.images import PATTERNS as PATTERNS
from shapecalc.drawing.filtering.images import open_pixels as open_pixels
from shapecalc.drawing.filtering.panels import draw_stages as draw_stages
from shapecalc.drawing.filtering.stages import BORDERS as BORDERS
from shapecalc.drawing.filtering.stages import FilteredImage as FilteredImage
from shapecalc.drawing.filtering.stages import Stage as Stage
from shapecalc.drawing.filtering.stages import filter_image as filter_image
