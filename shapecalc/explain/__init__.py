"""Why: every number with the formula it came from."""

from shapecalc.explain.derivation import Derived as Derived
from shapecalc.explain.derivation import derive as derive
from shapecalc.explain.explanation import Explanation as Explanation
from shapecalc.explain.explanation import explain as explain
