"""The same net under another framework: where its sizes differ from torch's, and why."""

from shapecalc.compare.frameworks.comparison import Comparison as Comparison
from shapecalc.compare.frameworks.comparison import Difference as Difference
from shapecalc.compare.frameworks.comparison import Place as Place
from shapecalc.compare.frameworks.comparison import compare as compare
from shapecalc.compare.frameworks.readings import Framework as Framework
from shapecalc.compare.frameworks.tables import FRAMEWORKS as FRAMEWORKS
