"""Functions of torch as layers: one table, with a short entry for each function.

An entry has the signature of the function and gives a step: layers one behind the other, and what the first of them
reads. Whether it is right is not up to the entry: its layers must give the shapes that came out, in every recording.
"""

from shapecalc.pytorch.tracing.functions import elementwise as elementwise
from shapecalc.pytorch.tracing.functions import portions as portions
from shapecalc.pytorch.tracing.functions import products as products
from shapecalc.pytorch.tracing.functions import shaping as shaping
from shapecalc.pytorch.tracing.functions import weights as weights
from shapecalc.pytorch.tracing.functions.table import FUNCTIONS as FUNCTIONS
from shapecalc.pytorch.tracing.functions.table import Entry as Entry
from shapecalc.pytorch.tracing.functions.table import FunctionSite as FunctionSite
from shapecalc.pytorch.tracing.functions.table import Translation as Translation
