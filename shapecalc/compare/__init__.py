"""What other tools count, and what other frameworks would do."""

from shapecalc.compare import counters as counters
from shapecalc.compare import frameworks as frameworks
