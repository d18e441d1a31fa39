"""For which inputs the networks of a program are followed: those of so many dimensions as their layers take."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from shapecalc.algebra import Name
from shapecalc.formats.source.networks import Construction, Module, construct, follow, required, state_of
from shapecalc.formats.source.programs import Program, Source, parse
from shapecalc.formats.source.torch.members import submodules
from shapecalc.formats.source.usages import parameters_of
from shapecalc.formats.source.values import Instance, LayerObject, ProgramFunction, Value, name_set
from shapecalc.layers import Shape

#: How many inputs of a network are changed in search of their dimensions, and how often each.
MAX_INPUTS, SWEEPS = 5, 2

#: The number of dimensions of an input without its batch, by the first layer of these that a network has.
_RANKS = {
    "Conv1d": 2, "Conv2d": 3, "Conv3d": 4, "ConvTranspose1d": 2, "ConvTranspose2d": 3, "ConvTranspose3d": 4,
    "BatchNorm2d": 3, "MaxPool2d": 3, "AvgPool2d": 3, "Embedding": 1, "LSTM": 2, "GRU": 2, "RNN": 2, "Linear": 1,
    "MultiheadAttention": 2, "TransformerEncoderLayer": 2, "BatchNorm1d": 1, "LSTMCell": 1, "GRUCell": 1,
}  # fmt: skip
_LETTERS = {0: (), 1: ("D",), 2: ("C", "L"), 3: ("C", "H", "W"), 4: ("C", "T", "H", "W")}
#: Names of inputs that are a number for each example.
_MOMENTS = name_set("t time times timestep timesteps step sigma noise_level noise_levels labels label lengths")


def takes_nothing(function: Value) -> bool:
    """Whether a method has no parameters but for the object itself."""
    if not isinstance(function, ProgramFunction):
        return False
    signature = function.node.args
    return not (parameters_of(function) or signature.vararg or signature.kwarg)


def _letters(rank: int, number: int | None) -> Shape:
    suffix = "" if number is None else str(number + 1)
    return tuple([Name(f"{letter}{suffix}") for letter in _LETTERS[rank]])


def _ranks(network: Module | None) -> list[int]:
    """How many dimensions an input may have, the likeliest first."""
    types = [module.type for _, module in submodules(network) if isinstance(module, LayerObject)] if network else []
    first = next((_RANKS[name] for name in types if name in _RANKS), 3)
    return [first, *[rank for rank in (3, 1, 2, 4) if rank != first]]


def inputs_in_letters(source: Source, name: str, call: Construction) -> Iterator[tuple[Shape, ...]]:
    """Inputs of so many dimensions as a network may take, the likeliest first, with letters for their sizes."""
    network = construct(source, name, call)
    names = required(network.cls.find("forward")) if isinstance(network, Instance) else []
    if isinstance(network, Instance) and takes_nothing(network.cls.find("forward")):
        yield ()
        return
    if state_of(network) is not None:
        names = names[:-1]
    likely = _ranks(network)
    if len(names) > 1:
        yield _furthest(source, name, call, [0 if each in _MOMENTS else likely[0] for each in names])
    for rank in likely:
        yield _in_letters([rank] * max(1, len(names)))


def _in_letters(ranks: Sequence[int]) -> tuple[Shape, ...]:
    """Inputs of so many dimensions each."""
    return tuple([_letters(rank, number if len(ranks) > 1 else None) for number, rank in enumerate(ranks)])


def _furthest(source: Source, name: str, call: Construction, ranks: list[int]) -> tuple[Shape, ...]:
    """Several inputs with those dimensions, changed one by one, with which a network gets furthest."""

    def progress(ranks: list[int]) -> tuple[bool, int, int]:
        reading = follow(Program(source, parse(source)), name, call, _in_letters(ranks))
        return reading.failure is None, reading.run.operations, -len(reading.run.assumptions)

    best = progress(ranks)
    for _ in range(SWEEPS):
        before = best
        for place in range(min(len(ranks), MAX_INPUTS)):
            for rank in _LETTERS:
                changed = [*ranks[:place], rank, *ranks[place + 1 :]]
                if changed != ranks and (reached := progress(changed)) > best:
                    ranks, best = changed, reached
        if best == before:
            break
    return _in_letters(ranks)
