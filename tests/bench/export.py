"""How often the size that torch.export says is wrong within the range that it says, beside the closed form."""

from __future__ import annotations

import random
import warnings
from itertools import product
from typing import Any

import sympy
import torch

from shapecalc import ShapecalcError, closed_form, parse

SIZES = range(1, 61)
EXAMPLE, SAMPLE = 32, 160


def _configurations() -> list[tuple[str, dict[str, Any]]]:
    """A repeatable sample of windows with k, s in 1..4, p in 0..3, d in 1..3, of each kind."""
    small = range(1, 5)
    windows = [
        {"kernel_size": k, "stride": s, "padding": p, "dilation": d}
        for k, s, p, d in product(small, small, range(4), range(1, 4))
    ]
    channels = {"in_channels": 2, "out_channels": 2}
    found = [("Conv1d", channels | window) for window in windows]
    found += [("ConvTranspose1d", channels | window | {"output_padding": a}) for window in windows for a in (0, 1)]
    found += [("MaxPool1d", window | {"ceil_mode": ceil}) for window in windows for ceil in (False, True)]
    found += [
        ("AvgPool1d", {"kernel_size": k, "stride": s, "padding": p, "ceil_mode": ceil})
        for k, s, p, ceil in product(small, small, range(3), (False, True))
    ]
    random.Random(0).shuffle(found)  # noqa: S311  a repeatable order is all that is wanted
    return found


def run() -> None:
    """Print how many configurations each gets wrong at some size from 1 to 60."""
    tried = exported = wrong = refused = ours = 0
    for name, arguments in _configurations():
        layer = getattr(torch.nn, name)(**arguments)
        real = [_size(layer, size) for size in SIZES]
        if tried == SAMPLE:
            break
        if real[EXAMPLE - 1] is None:
            continue
        tried += 1
        ours += _closed(name, arguments) != real
        said = _said(layer)
        if said is None:
            refused += 1
            continue
        exported += 1
        wrong += any(one is not None and one != size for one, size in zip(said, real, strict=True))
    print(f"configurations that torch runs at {EXAMPLE}: {tried}, sizes {SIZES.start} to {SIZES.stop - 1} of each")
    print(f"torch.export: {wrong} of {exported} say a wrong size, or accept one that torch refuses; {refused} refused")
    print(f"closed form and domain: {ours} of {tried} wrong")


def _size(layer: torch.nn.Module, size: int) -> int | None:
    try:
        with torch.no_grad():
            return layer(torch.zeros(2, 2, size)).shape[2] or None  # nothing at all: refused or not, by the threads
    except RuntimeError:
        return None


def _closed(name: str, arguments: dict[str, Any]) -> list[int | None]:
    spec = f"{name}({', '.join(f'{key}={value}' for key, value in arguments.items())})"
    try:
        form = closed_form(parse(spec, input_shape=(2, "W")))
    except ShapecalcError:
        return [None for _ in SIZES]
    outputs: list[Any] = [form.at(W=size) for size in SIZES]
    return [None if output is None else int(output[1]) for output in outputs]


def _said(layer: torch.nn.Module) -> list[int | None] | None:
    """The size that the exported program has for each input inside its range; None where it cannot be exported."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            shapes = ({2: torch.export.Dim.AUTO},)
            program = torch.export.export(layer, (torch.zeros(2, 2, EXAMPLE),), dynamic_shapes=shapes)
        except (RuntimeError, torch._dynamo.exc.UserError):
            return None
    nodes = {node.name: node for node in program.graph.nodes}
    given = nodes[program.graph_signature.user_inputs[0]].meta["val"].shape[2]
    gives = nodes[program.graph_signature.user_outputs[0]].meta["val"].shape[2]
    if isinstance(given, int):  # the example's size was taken for the only one
        return [int(gives) if size == given else None for size in SIZES]
    symbol = given.node.expr
    known = program.range_constraints.get(symbol)
    expression = gives.node.expr if isinstance(gives, torch.SymInt) else sympy.Integer(gives)
    inside = [known is None or known.lower <= size <= known.upper for size in SIZES]
    return [int(expression.subs(symbol, size)) if fits else None for size, fits in zip(SIZES, inside, strict=True)]
