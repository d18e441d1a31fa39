"""The doors: texts and files become a Net, and a Net becomes text again. What is read is never executed."""

from shapecalc.formats.open import dumps as dumps
from shapecalc.formats.open import load as load
from shapecalc.formats.open import open_net as open_net
from shapecalc.formats.open import open_within as open_within
from shapecalc.formats.open import parse as parse
from shapecalc.formats.open import spec_of as spec_of
from shapecalc.formats.text.expression import read_expression as read_expression
from shapecalc.formats.text.shapes import read_shape as read_shape
