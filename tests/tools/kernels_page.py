"""docs/reference/kernels.md: what a kernel can be asked to do, and the kernels that have a name."""

from __future__ import annotations

from shapecalc.kernels import EFFECTS, KERNELS
from tests.tools.pages import ROOT

PAGE = ROOT / "docs" / "reference" / "kernels.md"

HEAD = """\
<!-- Written by python -m tests.tools.refresh_docs from shapecalc/kernels. -->

# Kernels

A kernel is a small matrix of numbers that is moved over an image. `shapecalc kernels` lists the kernels that have a
name, and `shapecalc kernels KERNEL` says of one, or of a matrix of your own, what it makes of plain areas, slopes,
edges and corners, what it does, and why. A slope rises by 1 per pixel, and stands at 0 in the middle of the kernel;
edges and corners go from 0 to 1, wherever they lie. [Filter an image](../how-to/filter-an-image.md) shows what kernels
make of images.

A [quiz](quiz.md) can ask for a kernel by what it does, and any matrix that does it is right:

```yaml
# kernels-quiz.yaml
title: Edges
questions:
  - id: edges
    text: Write a 3x3 kernel that detects vertical edges.
    kind: kernel
    does: detects-vertical-edges
    size: 3x3
  - id: sobel
    text: Write the kernel of Sobel for the change from left to right; any factor will do.
    kind: kernel
    same_as: sobel-x
    up_to: factor
```

| key | what it says |
| --- | --- |
| `does`, `does_not` | effects that it must have, or must not have: one name of the table below, or a list |
| `size` | the size that it must have, such as `3x3` |
| `same_as` | the kernel that it must be the same as: a name, or the rows of its numbers |
| `up_to` | in what it may differ from that: `nothing` (the default), `sign` or `factor` |
| `example` | a right answer, shown as the key; by default the first kernel with a name that is right |

An answer is written as `[[1, 0, -1], [2, 0, -2], [1, 0, -1]]`, as `1 0 -1; 2 0 -2; 1 0 -1`, or with a row on each line;
numbers are whole, decimals or fractions, and a factor may stand in front: `1/9 * [[1, 1, 1], [1, 1, 1], [1, 1, 1]]`.

```python
>>> from shapecalc.kernels import EFFECTS, Kernel
>>> evidence = EFFECTS["detects-vertical-edges"].decide(Kernel.of([[1, 1, 1], [0, 0, 0], [-1, -1, -1]]))
>>> evidence.holds, evidence.because
(False, 'a vertical edge, dark on the left and bright on the right, gives 0 everywhere')
```

All is computed in exact rationals, for every image: what a kernel makes of a constant image is the sum of its numbers,
and what it makes of an edge depends on the sums of its numbers along the edge. Kernels are used as torch uses them,
which does not turn them (a convolution in the mathematical sense does). Where an effect can be neither proved nor
refuted, as may happen with `low-pass`, the answer is left to a person.

## What a kernel can do
"""


def page() -> str:
    """The page as it should be."""
    effects = ["| effect | what it means | kernels that have it |", "| --- | --- | --- |"]
    for effect in EFFECTS.values():
        names = ", ".join(f"`{name}`" for name, kernel in KERNELS.items() if effect.decide(kernel).holds)
        effects.append(f"| `{effect.name}` | {effect.meaning} | {names} |")
    kernels = ["## Kernels with a name", "", "| name | numbers |", "| --- | --- |"]
    kernels += [f"| `{name}` | `{kernel}` |" for name, kernel in KERNELS.items()]
    return "\n".join([HEAD, *effects, "", *kernels, ""])
