"""The same net in another framework: where its sizes differ from torch's, and why."""

from shapecalc.compare.frameworks.comparison import Difference as Difference
from shapecalc.compare.frameworks.comparison import FrameworkComparison as FrameworkComparison
from shapecalc.compare.frameworks.comparison import LayerComparison as LayerComparison
from shapecalc.compare.frameworks.comparison import compare_frameworks as compare_frameworks
from shapecalc.compare.frameworks.readings import Framework as Framework
from shapecalc.compare.frameworks.tables import FRAMEWORKS as FRAMEWORKS
