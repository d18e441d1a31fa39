"""docs/reference/zoo.md: the nets that come with shapecalc, written from their files."""

from __future__ import annotations

from collections.abc import Mapping

from shapecalc import zoo
from shapecalc.catalogue import architecture, card
from shapecalc.catalogue.card_page import TITLES
from tests.tools.pages import ROOT

PAGE = ROOT / "docs" / "reference" / "zoo.md"

HEAD = """\
<!-- Written by python -m tests.tools.refresh_docs from the files of shapecalc/zoo. -->

# The zoo

Architectures from courses and papers, as network files in the [format with
blocks](../how-to/build-a-branching-net.md#blocks-what-repeats-is-written-once). Every command and function that takes a
network takes `zoo:NAME`, with its usual input or another:

```console
$ shapecalc net zoo:lenet5 --input 1x33x33
...
```

Many belong to a family, and take its parameters: `classes`, and what its members differ in (`shapecalc zoo NAME` lists
them, with the values of that member). A block of ResNeXt is one of ResNet with groups, and U-Nets differ in depth,
width, padding, norms and how they upsample:

```console
$ shapecalc net "zoo:resnet50(groups=32, base=4, classes=10)" --input 3x64x64
...
$ shapecalc net "zoo:unet(depth=3, width=32, padding=1, norm=1, bilinear=1)" --input 3x128x128
...
```

The nets that torchvision has are named as there, and so are their layers with weights (`layer1.0.downsample.0`), so
that its weights can be loaded.

`shapecalc zoo` lists them, `shapecalc zoo resnet` those with a word in their names or titles. `shapecalc zoo NAME`
prints the source of a net, and our counts beside those that its authors or others published. Names are read in any
case, as `zoo:ResNet-50` too:

```console
$ shapecalc zoo mobilenet_v1
{example}
```

In Python, `shapecalc.parse` and `shapecalc.open_net` read them, and `shapecalc.zoo.names()` lists them:

```python
>>> import shapecalc
>>> net = shapecalc.parse("zoo:resnet50", input_shape="3x256x320")
>>> shapecalc.measure(net).output_shape
(1000,)
```

The tests in `tests/zoo/` compare every net with torch at several sizes, and with the published counts.

## All nets

`parameters` are the trainable ones; `field` is the receptive field of the last map with more than one position;
`legal` are the sizes of square inputs that the net accepts, and `shapecalc domain zoo:NAME` explains them.
"""


def page() -> str:
    """The page as it should be."""
    rows = zoo.listing()
    table = [f"| {' | '.join(TITLES)} |", f"| {' | '.join('---' for _ in TITLES)} |"]
    table += [_row(rows[name], architecture(name).source) for name in zoo.names()]
    return "\n".join((HEAD.format(example=card("mobilenet_v1")), *table, ""))


def _row(row: Mapping[str, str], source: str) -> str:
    written = {**row, "name": f"`{row['name']}`", "title": f"[{row['title']}]({source})"}
    return f"| {' | '.join(written[title] for title in TITLES)} |"
