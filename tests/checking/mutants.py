"""Programs with one of their numbers changed, and what torch says of them."""

from __future__ import annotations

import ast
import contextlib
import io
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch

PROGRAMS = Path(__file__).parent / "programs"


def input_shape(text: str) -> tuple[int, ...]:
    """The shape in the first line of a program."""
    return tuple(map(int, text.splitlines()[0].removeprefix("# input: ").split("x")))


def mutants(text: str) -> Iterator[str]:
    """The program with each of its whole numbers increased by one, and doubled."""
    lines = text.splitlines(keepends=True)
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Constant) and type(node.value) is int and 0 <= node.value < 1_000:
            line = lines[node.lineno - 1]
            start = len(line.encode()[: node.col_offset].decode())
            end = len(line.encode()[: node.end_col_offset].decode())
            for value in {node.value + 1, node.value * 2} - {node.value}:
                changed = [*lines]
                changed[node.lineno - 1] = f"{line[:start]}{value}{line[end:]}"
                yield "".join(changed)


def runs(text: str, shape: tuple[int, ...]) -> dict[int, tuple[int, ...] | None]:
    """For three batches, the shape that comes out in torch; None where it fails."""
    return {batch: _output(text, (batch, *shape)) for batch in (2, 3, 5)}


def _output(text: str, shape: tuple[int, ...]) -> tuple[int, ...] | None:
    names: dict[str, Any] = {"__name__": "program"}
    is_text = "nn.Embedding" in text
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()), torch.no_grad():
        warnings.simplefilter("ignore")
        try:
            exec(compile(text, "program", "exec"), names)  # noqa: S102  our own programs
            network = names["Net"]()
            value = torch.zeros(shape, dtype=torch.long) if is_text else torch.zeros(shape)
            output = network(value)
        except Exception:  # noqa: BLE001  whatever the program raises
            return None
    first = output[0] if isinstance(output, tuple) else output
    return tuple(first.shape)
