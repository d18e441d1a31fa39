"""Deterministic training: every run on one device gives the same bits, or is refused before it begins."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import torch

from shapecalc.errors import SpecError
from shapecalc.layers import Layer
from shapecalc.net import Net
from shapecalc.pytorch.training.settings import Settings

#: The layers whose way back on CUDA has no deterministic form. Source: the documentation of
#: torch.use_deterministic_algorithms, which raises an error where they run.
WITHOUT_FORM = frozenset(
    {
        "AdaptiveAvgPool2d",
        "AdaptiveAvgPool3d",
        "AdaptiveMaxPool2d",
        "AvgPool3d",
        "FractionalMaxPool2d",
        "FractionalMaxPool3d",
        "MaxUnpool1d",
        "MaxUnpool2d",
        "MaxUnpool3d",
        "ReflectionPad1d",
        "ReflectionPad2d",
        "ReflectionPad3d",
        "UpsamplingBilinear2d",
    }
)
#: The modes of layers of which the same holds, by the same source.
MODES_WITHOUT_FORM = {
    "Upsample": frozenset({"linear", "bilinear", "bicubic", "trilinear"}),
    "EmbeddingBag": frozenset({"max"}),
}
#: These are plain means where they give one value for each channel, and plain means have a form.
MEANS = frozenset({"AdaptiveAvgPool2d", "AdaptiveAvgPool3d"})
#: What cuBLAS needs to give the same bits: fixed buffers. Source: the documentation of
#: torch.use_deterministic_algorithms.
WORKSPACE, WORKSPACE_SIZE = "CUBLAS_WORKSPACE_CONFIG", ":4096:8"


@contextmanager
def deterministic(net: Net, settings: Settings, device: torch.device) -> Iterator[None]:
    """Refuses what has no deterministic form, where the settings ask for it; torch's switches are restored afterwards.

    Raises:
        SpecError: a layer has no deterministic way back on this device.
    """
    if not settings.deterministic:
        yield
        return
    refuse_layers_without_form(net, device)
    cudnn = torch.backends.cudnn
    before = torch.are_deterministic_algorithms_enabled(), torch.is_deterministic_algorithms_warn_only_enabled()
    flags, workspace = (cudnn.deterministic, cudnn.benchmark), os.environ.get(WORKSPACE)
    os.environ[WORKSPACE] = WORKSPACE_SIZE
    cudnn.deterministic, cudnn.benchmark = True, False
    torch.use_deterministic_algorithms(True)
    try:
        yield
    finally:
        torch.use_deterministic_algorithms(before[0], warn_only=before[1])
        cudnn.deterministic, cudnn.benchmark = flags
        if workspace is None:
            del os.environ[WORKSPACE]
        else:
            os.environ[WORKSPACE] = workspace


def refuse_layers_without_form(net: Net, device: torch.device) -> None:
    """Name the layers that cannot be trained deterministically on a device.

    Raises:
        SpecError: there are any.
    """
    if device.type != "cuda":
        return
    layers = [(node.name, node.layer) for node in net.nodes if _lacks_form(node.layer)]
    if layers:
        names = ", ".join(f"{name} ({layer!r})" for name, layer in layers[:4])
        more = f" and {len(layers) - 4} more" if len(layers) > 4 else ""
        raise SpecError(
            f"On CUDA, the way back of {names}{more} has no deterministic form in torch; use other layers, or leave "
            "--deterministic out. On the CPU it has one."
        )


def _lacks_form(layer: Layer) -> bool:
    name = type(layer).__name__
    if name in MODES_WITHOUT_FORM:
        return getattr(layer, "mode", None) in MODES_WITHOUT_FORM[name]
    is_mean = name in MEANS and set(getattr(layer, "output_size", ())) == {1}
    return name in WITHOUT_FORM and not is_mean
