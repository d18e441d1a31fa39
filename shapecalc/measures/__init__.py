"""The questions that can be asked of a net, one file each, and the report that answers them all."""

from shapecalc.measures.field.footprints import footprint as footprint
from shapecalc.measures.measurement import measure as measure
from shapecalc.measures.report import Report as Report
from shapecalc.measures.report import Row as Row
