"""The runs of a module: at the size that is asked for, and at others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import final

import torch
from torch import Tensor, nn

from shapecalc.errors import ShapecalcError
from shapecalc.layers import Shape, shape_text
from shapecalc.measures.sizes import walk
from shapecalc.net import Net
from shapecalc.pytorch.modules.refusals import first_line
from shapecalc.pytorch.tracing.recording import RecordedCall, Recording, record

#: How many inputs a module runs on at once, in each of its runs: primes, which tell the batch from other sizes.
BATCHES = (7, 11, 13)
#: By how much the last two axes of each input grow in the runs after the first.
GROWTH = ((32, 64), (96, 32))


@final
class Attempt:
    """A run at another size: its recording, if it calls what the first run calls."""

    def __init__(self, module: nn.Module, shapes: Sequence[Shape], batch: int, first: Recording) -> None:
        self.shapes = shapes
        self.recording: Recording | None = None
        try:
            recording = run(module, shapes, batch)
        except ShapecalcError:
            return
        if len(first.calls) == len(recording.calls) and all(map(RecordedCall.is_like, first.calls, recording.calls)):
            self.recording = recording

    def agrees(self, net: Net, shapes: Mapping[str, Shape]) -> bool:
        """Whether the net gives here what the module gives, or refuses this size.

        Args:
            net: the net of the module.
            shapes: the shapes of its nodes in this recording.
        """
        try:
            steps = walk(net.with_input(*self.shapes))
        except ShapecalcError:
            return True
        return self.recording is not None and all(
            shapes.get(node.name, output) == output for node, _, _, output in steps
        )


def larger(shape: Shape, growth: tuple[int, int]) -> Shape:
    """A shape whose last two axes are larger, but for a size of 1, which is often one to be stretched or left out."""
    axes = min(len(shape) - 1, len(growth))
    sizes = [size if size == 1 else size + more for size, more in zip(shape[len(shape) - axes :], growth, strict=False)]
    return (*shape[: len(shape) - axes], *sizes)


def run(module: nn.Module, shapes: Sequence[Shape], batch: int) -> Recording:
    """A run on the meta device; where the module does not run there, one with numbers.

    Raises:
        ShapecalcError: it does not run.
    """
    on_meta = all(tensor.is_meta for tensor in module.parameters())
    failures: list[Exception] = []
    for device in ("meta",) if on_meta else ("meta", None):
        for dtype in (_dtype(module), torch.long):
            try:
                return _run_on(module, shapes, batch, device, dtype)
            except ShapecalcError:
                raise
            except Exception as error:  # noqa: BLE001  a module is anybody's code, and raises what it likes
                failures.append(error)
    sizes = " and ".join(map(shape_text, shapes))
    raise ShapecalcError(f"{type(module).__name__} does not run on {sizes}: {first_line(failures[0])}") from failures[0]


def _run_on(
    module: nn.Module, shapes: Sequence[Shape], batch: int, device: str | None, dtype: torch.dtype
) -> Recording:
    devices = (tensor.device for tensor in module.parameters())
    place = torch.device(device) if device else next(devices, torch.device("cpu"))
    inputs = tuple(torch.zeros(batch, *map(int, map(str, shape)), device=place, dtype=dtype) for shape in shapes)
    if dtype.is_floating_point:
        inputs = tuple([tensor.requires_grad_() * 1 for tensor in inputs])
    with place:
        return record(_copy(module, place), inputs)


def _dtype(module: nn.Module) -> torch.dtype:
    types = (tensor.dtype for tensor in module.parameters() if tensor.is_floating_point())
    return next(types, torch.get_default_dtype())


def _copy(module: nn.Module, device: torch.device) -> nn.Module:
    """A copy of a module, which may remember what it computes; on the meta device, its tensors are without numbers."""
    copies: dict[int, Tensor] = {}
    if device.type == "meta":
        for tensor in (*module.parameters(), *module.buffers()):
            value = torch.empty_like(tensor, device="meta")
            is_parameter = isinstance(tensor, nn.Parameter)
            copies[id(tensor)] = nn.Parameter(value, tensor.requires_grad) if is_parameter else value
    return deepcopy(module, dict(copies))
