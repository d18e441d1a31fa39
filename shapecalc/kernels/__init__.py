"""Small matrices of numbers and what they do to an image, in exact rationals."""

from shapecalc.kernels import edges, stripes, sums, symmetries  # noqa: F401  they declare the effects
from shapecalc.kernels.description import KernelDescription as KernelDescription
from shapecalc.kernels.description import KernelList as KernelList
from shapecalc.kernels.description import describe_kernel as describe_kernel
from shapecalc.kernels.description import list_kernels as list_kernels
from shapecalc.kernels.effect import EFFECTS as EFFECTS
from shapecalc.kernels.effect import Effect as Effect
from shapecalc.kernels.effect import Evidence as Evidence
from shapecalc.kernels.frequencies import gain as gain
from shapecalc.kernels.kernel import Kernel as Kernel
from shapecalc.kernels.named import KERNELS as KERNELS
from shapecalc.kernels.named import kernel_name as kernel_name
from shapecalc.kernels.named import named_kernel as named_kernel
from shapecalc.kernels.requirements import UpTo as UpTo
from shapecalc.kernels.requirements import lacking as lacking
from shapecalc.kernels.requirements import of_size as of_size
from shapecalc.kernels.requirements import same_as as same_as
from shapecalc.kernels.steps import STEPS as STEPS
from shapecalc.kernels.steps import EdgeStep as EdgeStep
