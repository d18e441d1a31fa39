"""Why: every number with the formula it came from."""

from shapecalc.derivations.derived import Derived as Derived
from shapecalc.derivations.explanation import Explanation as Explanation
from shapecalc.derivations.explanation import explain as explain
from shapecalc.derivations.steps import derive as derive
