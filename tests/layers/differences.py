"""What torch runs and the engine refuses, on purpose; docs/reference/torch-differences.md says each in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from shapecalc.layers import REGISTRY
from tests.layers.case import Case
from tests.layers.torch_side import Outcome


def _smallest(case: Case, *arguments: str) -> int:
    values: list[int] = []
    for name in arguments:
        value: Any = case.arguments.get(name)
        values += [one for one in (value if isinstance(value, tuple) else (value,)) if one is not None]
    return min(values, default=1)


def _names_batch(case: Case, *arguments: str) -> bool:
    rank = len(case.shapes[0]) + 1
    dims = [case.arguments.get(name) for name in arguments]
    return any(number in (0, -rank) for dim in dims for number in (dim if isinstance(dim, tuple) else (dim,)))


def _overcropped(case: Case) -> bool:
    sides = case.arguments["padding"]
    sizes = case.shapes[0][: -1 - int(case.name[-2]) : -1]
    pairs = [(sides, sides)] * len(sizes) if isinstance(sides, int) else zip(sides[::2], sides[1::2], strict=True)
    return any(size + min(before, 0) + min(after, 0) < 0 for size, (before, after) in zip(sizes, pairs, strict=True))


def _hangs(case: Case) -> bool:
    """Whether a kernel is larger than the padded input, or there is no filter."""
    pairs = {"kernel_size": 1, "padding": 0, "dilation": 1}
    values = [case.arguments.get(name, default) for name, default in pairs.items()]
    columns = zip(
        case.shapes[0][1:], *[value if isinstance(value, tuple) else (value,) * 2 for value in values], strict=False
    )
    return case.arguments["out_channels"] == 0 or any(
        dilation * (kernel - 1) + 1 > size + 2 * padding for size, kernel, padding, dilation in columns
    )


#: The layers that refuse what they would do to the batch.
_PLACING = (
    "Flatten",
    "Unflatten",
    "GLU",
    "Concat",
    "Transpose",
    "Select",
    "Slice",
    "Chunk",
    "Split",
    "Mean",
    "Sum",
    "Max",
)

#: For each difference, its key in the docs and the cases that it covers; ``outcome`` is what torch made of them.
DIFFERENCES: dict[str, Callable[[Case, Outcome], bool]] = {
    "empty-input": lambda case, _: not REGISTRY[case.name].takes_empty and any(0 in shape for shape in case.shapes),
    "cropped-away": lambda case, outcome: (
        (case.name.startswith(("ReflectionPad", "ReplicationPad")) and 0 in outcome.shape)
        or (case.name.startswith("CircularPad") and _overcropped(case))
    ),
    "nothing-left": lambda case, outcome: case.name.startswith("ConvTranspose") and 0 in outcome.shape,
    "cropping-convolution": lambda case, _: (
        case.name in ("Conv1d", "Conv2d", "Conv3d") and _smallest(case, "padding") < 0
    ),
    "no-window": lambda case, _: (
        (case.name.startswith(("MaxUnpool", "FractionalMaxPool")) and _smallest(case, "kernel_size", "stride") < 1)
        or (case.name.startswith("ConvTranspose") and _smallest(case, "kernel_size", "dilation") == 0)
    ),
    "empty-vectors": lambda case, _: (
        (case.name == "EmbeddingBag" and case.arguments["embedding_dim"] == 0)
        or (case.name == "Embedding" and case.arguments["num_embeddings"] == 0)
    ),
    "undivided-groups": lambda case, _: (
        case.lazy
        and case.name.startswith("ConvTranspose")
        and case.arguments["out_channels"] % (case.arguments.get("groups", 1) or 1) != 0
    ),
    "negative-dropout": lambda case, _: case.name == "MultiheadAttention" and case.arguments.get("dropout", 0) < 0,
    "negative-neighbourhood": lambda case, _: case.name == "CrossMapLRN2d" and case.arguments["size"] < 1,
    "more-dimensions": lambda case, _: (
        any(len(shape) > 4 for shape in case.shapes)
        or (case.name in ("PixelShuffle", "PixelUnshuffle", "AdaptiveAvgPool2d") and len(case.shapes[0]) > 3)
    ),
    "batch-broadcast": lambda case, _: (
        (case.name in ("Add", "Multiply", "MatMul") and len({len(shape) for shape in case.shapes}) > 1)
        or (case.name == "MatMul" and len(case.shapes[0]) == 1)
    ),
    "hanging-kernel": lambda case, _: case.name == "DeformConv2d" and _hangs(case),
    "batch-dimension": lambda case, _: (
        (case.name in _PLACING and _names_batch(case, "start_dim", "end_dim", "dim", "dim0", "dim1"))
        or (case.name in ("Unsqueeze", "Stack") and case.arguments.get("dim") in (0, -len(case.shapes[0]) - 2))
        or (case.name == "Permute" and case.arguments["order"][0] not in (0, -len(case.shapes[0]) - 1))
    ),
}
