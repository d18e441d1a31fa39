"""docs/reference/layers.md: every public class of torch.nn with what shapecalc does about it."""

from __future__ import annotations

import inspect
import sys
from itertools import chain

from torch import __version__, nn

from shapecalc.layers import REGISTRY
from shapecalc.layers.families import FAMILIES
from tests.tools.pages import ROOT

#: Only the release: the table is the same for its patches.
VERSION = ".".join(str(__version__).split(".")[:2])

PAGE = ROOT / "docs" / "reference" / "layers.md"

_LOSS = "a loss: it compares an output with a target, and gives one number"
_DISTANCE = "a distance: it compares two batches, and gives one number for each pair"
_CONTAINER = "a container: a net already is a graph of layers"
_BASE = "a base class: it has no shape of its own"
_TENSOR = "a tensor, not a layer"

#: Why each class that shapecalc does not have is left out.
LEFT_OUT = {
    **dict.fromkeys(
        (
            "AdaptiveLogSoftmaxWithLoss", "BCELoss", "BCEWithLogitsLoss", "CTCLoss", "CosineEmbeddingLoss",
            "CrossEntropyLoss", "GaussianNLLLoss", "HingeEmbeddingLoss", "HuberLoss", "KLDivLoss", "L1Loss",
            "LinearCrossEntropyLoss", "MSELoss", "MarginRankingLoss", "MultiLabelMarginLoss",
            "MultiLabelSoftMarginLoss", "MultiMarginLoss", "NLLLoss", "NLLLoss2d", "PoissonNLLLoss", "SmoothL1Loss",
            "SoftMarginLoss", "TripletMarginLoss", "TripletMarginWithDistanceLoss",
        ),
        _LOSS,
    ),
    **dict.fromkeys(("CosineSimilarity", "PairwiseDistance"), _DISTANCE),
    **dict.fromkeys(("ModuleDict", "ModuleList", "ParameterDict", "ParameterList", "Container"), _CONTAINER),
    **dict.fromkeys(("Module", "RNNBase", "RNNCellBase"), _BASE),
    **dict.fromkeys(("Buffer", "UninitializedBuffer", "UninitializedParameter"), _TENSOR),
    "DataParallel": "a wrapper that spreads a batch over devices; shapes do not change",
    "LinearCrossEntropyOptions": "the options of a loss",
    "Transformer": "a stack of encoder and decoder layers: write the layers",
    "TransformerDecoder": "a stack: write its TransformerDecoderLayers",
    "TransformerEncoder": "a stack: write its TransformerEncoderLayers",
}  # fmt: skip

HEAD = """\
<!-- Written by python -m tests.tools.layers_table from torch.nn and the layers' docstrings. -->

# The layers

Every public class of `torch.nn` in torch {version}, supported or not. A layer's arguments have torch's names, order and
defaults; `shapecalc layers NAME` prints its formulas. [Differences from torch](torch-differences.md) lists the intended
differences.
"""

OURS = """\
## Beyond torch

| name | meaning |
| --- | --- |
{rows}
| `padding="causal"` of Conv1d | as much before the input as is needed so that no output sees a later input |
| `padding="tf_same"` of convolutions, max and average poolings | TensorFlow's "SAME", with any stride: ⌈W/S⌉ outputs |
| `padding="tf_same"` of transposed convolutions | the same turned around: S·W outputs |
"""


def public_classes() -> list[str]:
    """The names of torch.nn's public classes."""
    return sorted(name for name, value in vars(nn).items() if inspect.isclass(value) and not name.startswith("_"))


def status(name: str) -> tuple[str, str]:
    """Whether shapecalc has a class of torch.nn, and what it does or why not.

    Raises:
        KeyError: nobody has said anything about it yet.
    """
    if name in REGISTRY:
        return "yes", _does(name)
    found = REGISTRY.get(name.removeprefix("Lazy"))
    if found is not None and found.has_lazy:
        return "yes", f"{found.__name__} with {found.infers[0]} found from the input"
    if name == "Sequential":
        return "yes", "may stand around layers in a spec"
    return "no", LEFT_OUT[name]


def page() -> str:
    """The page as it should be."""
    rows = [f"| `{name}` | {' | '.join(status(name))} |" for name in public_classes()]
    counts = f"{sum('| yes |' in row for row in rows)} of {len(rows)} classes are supported."
    others = sorted((name for name in REGISTRY if not hasattr(nn, name)), key=_family)
    beyond = "\n".join(f"| `{name}` | {_does(name)} |" for name in others)
    table = "\n".join(chain(("| class | supported | what it does, or why not |", "| --- | --- | --- |"), rows))
    return "\n".join((HEAD.format(version=VERSION), counts, "", table, "", OURS.format(rows=beyond).rstrip(), ""))


def _family(name: str) -> int:
    """The place of a layer's family; the registry has them in the order in which they were imported."""
    return FAMILIES.index(REGISTRY[name].__module__.rpartition(".")[2])


def _does(name: str) -> str:
    return (inspect.getdoc(REGISTRY[name]) or "").split("\n")[0].replace("|", "\\|")


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")
    sys.stdout.write(f"{PAGE.relative_to(ROOT)}\n")


if __name__ == "__main__":
    main()
