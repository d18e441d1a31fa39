"""Small matrices of numbers and what they do to an image, in exact rationals."""

from shapecalc.kernels.effects import EFFECTS as EFFECTS
from shapecalc.kernels.effects import Effect as Effect
from shapecalc.kernels.effects import Evidence as Evidence
from shapecalc.kernels.frequencies import gain as gain
from shapecalc.kernels.kernel import Kernel as Kernel
from shapecalc.kernels.named import KERNELS as KERNELS
from shapecalc.kernels.named import named_kernel as named_kernel
from shapecalc.kernels.requirements import UpTo as UpTo
from shapecalc.kernels.requirements import lacking as lacking
from shapecalc.kernels.requirements import of_size as of_size
from shapecalc.kernels.requirements import same_as as same_as
from shapecalc.kernels.steps import STEPS as STEPS
from shapecalc.kernels.steps import EdgeStep as EdgeStep
