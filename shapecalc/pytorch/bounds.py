"""Bounds on a net that torch is asked to run; they are checked by counts, before torch builds anything."""

from __future__ import annotations

import os
from collections.abc import Iterator
from math import log10
from typing import cast

import torch

from shapecalc.algebra import Int, product
from shapecalc.errors import ShapecalcError
from shapecalc.layers.capsule import Capsules
from shapecalc.layers.recurrent import Recurrent
from shapecalc.measures.measurement import measure
from shapecalc.measures.report import Report, Row
from shapecalc.net import Net
from shapecalc.page.numbers import bytes_text, thousands

#: What torch does one after the other, each in some milliseconds.
MAX_STEPS = 3_000
#: The values of a tensor: torch has 64 bits for its bytes.
MAX_VALUES = 10**18


def check_bounds(report: Report) -> None:
    """Refuse a net that torch would not run within seconds, or whose tensors it cannot address.

    Args:
        report: the measures of the net, in numbers.

    Raises:
        ShapecalcError: naming the layer, the bound and the number that passes it.
    """
    batch = report.memory.batch
    for name, shape in report.net.inputs.items():
        _check_values(name, f"a batch of {batch}", batch * product(shape))
    steps: Int = 0
    for row in report:
        steps += _steps(row)
        if isinstance(steps, int) and steps > MAX_STEPS:
            raise ShapecalcError(
                f"{row.name}: torch would take {thousands(steps)} steps up to here, and {thousands(MAX_STEPS)} are run "
                "at most: layers, positions of recurrent layers, iterations of capsules. Verify a part of the net, or "
                "a shorter sequence."
            )
        for what, values in _tensors(row, batch):
            _check_values(row.name, what, values)


def check_memory(net: Net, device: torch.device) -> None:
    """Refuse a net whose weights alone are larger than the memory of a device, before torch allocates the first.

    Args:
        net: the network; one with letters is not refused here.
        device: where the weights will be.

    Raises:
        ShapecalcError: naming the bytes of the weights and of the device, and the largest layer.
    """
    report = measure(net)
    memory = device_bytes(device)
    if report.has_letters or memory is None:
        return
    needed = report.memory.parameters + report.memory.buffers
    if isinstance(needed, int) and needed > memory:
        largest = max(report, key=lambda row: cast("int", row.parameters))  # there are no letters
        raise ShapecalcError(
            f"The weights of this net take {bytes_text(needed)}, and the memory of this {device.type} has "
            f"{bytes_text(memory)}; {largest.name}: {largest.layer!r} alone has {thousands(largest.parameters)} "
            "parameters. Give it smaller sizes; verify builds a net of any size, without its numbers."
        )


def device_bytes(device: torch.device) -> int | None:
    """The bytes of memory of a device, used or not; None where torch or the system does not say."""
    if device.type == "cuda":
        return int(torch.cuda.get_device_properties(device).total_memory)
    if device.type == "cpu" and hasattr(os, "sysconf"):
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return None


def _steps(row: Row) -> Int:
    """What torch does for a layer in a row, without a kernel of its own on the meta device."""
    match row.layer:
        case Recurrent() as layer:
            directions = 2 if layer.values["bidirectional"] else 1
            return row.input_shapes[0][0] * layer.num_layers * directions
        case Capsules() as layer:
            return layer.num_iterations
        case _:
            return 1


def _tensors(row: Row, batch: Int) -> Iterator[tuple[str, Int]]:
    """The tensors of a layer with their numbers of values."""
    yield f"the output of {batch} inputs", batch * product(row.output_shape)
    for name, shape in {**row.weights, **row.buffers}.items():
        yield name, product(shape)


def _check_values(name: str, what: str, values: Int) -> None:
    if isinstance(values, int) and values > MAX_VALUES:
        raise ShapecalcError(
            f"{name}: {what} has {_magnitude(values)} values, and a tensor of torch has "
            f"{thousands(MAX_VALUES)} at most; give smaller sizes."
        )


def _magnitude(count: int) -> str:
    """A count as it is, or its power of ten where nobody would read the digits."""
    return thousands(count) if count < 10**30 else f"about 10^{round(count.bit_length() * log10(2))}"
