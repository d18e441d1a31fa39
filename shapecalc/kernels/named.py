"""Kernels that have a name. The directions are those of torch, which does not turn a kernel."""

from __future__ import annotations

from fractions import Fraction

from shapecalc.errors import SpecError, did_you_mean
from shapecalc.kernels.kernel import Kernel

#: A smoothing of three and of five pixels with the weights of Pascal's triangle.
_SMOOTH3, _SMOOTH5 = (1, 2, 1), (1, 4, 6, 4, 1)


def _product(column: tuple[int, ...], row: tuple[int, ...], divisor: int = 1) -> Kernel:
    return Kernel.of([[Fraction(a * b, divisor) for b in row] for a in column])


_SOBEL = _product(_SMOOTH3, (-1, 0, 1))
_PREWITT = _product((1, 1, 1), (-1, 0, 1))
_SCHARR = _product((3, 10, 3), (-1, 0, 1))
#: Four numbers that look at the inside of the corner, and five at its outside.
_CORNER = Kernel.of([[-4, -4, -4], [-4, 5, 5], [-4, 5, 5]])
#: What it leaves of an image, and what "high-pass" does, are together the image.
_LOW_PASS = Kernel.of([[Fraction(number, 10) for number in row] for row in ((1, 1, 1), (1, 2, 1), (1, 1, 1))])

#: Every kernel by its name; -x is bright where the image gets brighter to the right, -y where it does downwards.
KERNELS = {
    "identity": _product((0, 1, 0), (0, 1, 0)),
    "box-3": _product((1, 1, 1), (1, 1, 1), 9),
    "box-5": _product((1,) * 5, (1,) * 5, 25),
    "gaussian-3": _product(_SMOOTH3, _SMOOTH3, 16),
    "gaussian-5": _product(_SMOOTH5, _SMOOTH5, 256),
    "sobel-x": _SOBEL,
    "sobel-y": _SOBEL.transposed,
    "prewitt-x": _PREWITT,
    "prewitt-y": _PREWITT.transposed,
    "scharr-x": _SCHARR,
    "scharr-y": _SCHARR.transposed,
    "roberts-rising": Kernel.of([[-1, 0], [0, 1]]),
    "roberts-falling": Kernel.of([[0, -1], [1, 0]]),
    "laplacian-4": Kernel.of([[0, 1, 0], [1, -4, 1], [0, 1, 0]]),
    "laplacian-8": Kernel.of([[1, 1, 1], [1, -8, 1], [1, 1, 1]]),
    "sharpen-4": Kernel.of([[0, -1, 0], [-1, 5, -1], [0, -1, 0]]),
    "sharpen-8": Kernel.of([[-1, -1, -1], [-1, 9, -1], [-1, -1, -1]]),
    "emboss": Kernel.of([[-2, -1, 0], [-1, 1, 1], [0, 1, 2]]),
    "line-x": Kernel.of([[-1, 2, -1]] * 3),
    "line-y": Kernel.of([[-1, 2, -1]] * 3).transposed,
    "line-rising": Kernel.of([[-1, -1, 2], [-1, 2, -1], [2, -1, -1]]),
    "line-falling": Kernel.of([[2, -1, -1], [-1, 2, -1], [-1, -1, 2]]),
    "corner-top-left": _CORNER,
    "corner-top-right": _CORNER.mirrored,
    "corner-bottom-left": _CORNER.turned.mirrored,
    "corner-bottom-right": _CORNER.turned,
    "low-pass": _LOW_PASS,
    "high-pass": Kernel.of([[0, 0, 0], [0, 1, 0], [0, 0, 0]]).minus(_LOW_PASS),
}


def named_kernel(name: str) -> Kernel:
    """The kernel of a name, in any case.

    Raises:
        SpecError: there is none; the message names the nearest, or all.
    """
    return KERNELS[kernel_name(name)]


def kernel_name(text: str) -> str:
    """The name as it stands in the list, for one in any case and with any joint.

    Raises:
        SpecError: no kernel is called so; the message names the nearest, or all.
    """
    name = text.strip().lower().replace("_", "-").replace(" ", "-")
    if name not in KERNELS:
        hint = did_you_mean(text, KERNELS) or f"; there are {', '.join(KERNELS)}"
        raise SpecError(f"No kernel is called {text.strip()[:40]!r}{hint}.")
    return name
