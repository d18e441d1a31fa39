"""Networks of a program: one built from a call and run on an input, for every outcome of what is not known."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import final

from shapecalc.formats.source.faults import Fault, Stuck
from shapecalc.formats.source.programs import Program, Source, parse
from shapecalc.formats.source.run import Trace
from shapecalc.formats.source.torch.arguments import flat
from shapecalc.formats.source.torch.members import submodules
from shapecalc.formats.source.values import BATCH, Class, Instance, LayerObject, Tensor, Unknown, Value
from shapecalc.layers import Shape

#: How a network is built: by a call, as the program does it (the number of the object), or with arguments by name.
Construction = ast.Call | int | Mapping[str, Value]

#: How many readings of a network are made at most.
MAX_PATHS = 32
#: How many steps these take together, about.
MAX_STEPS = 600_000


@final
@dataclass(frozen=True)
class FollowedNetwork:
    """What one reading of a network came to.

    Attributes:
        run: what it has noted.
        output: what forward returns; None where it did not come to its end.
        failure: why it did not.
        names: the name of each layer in the state of the network, by its identity.
    """

    run: Trace
    output: Value
    failure: Fault | Stuck | None
    network: Instance | None
    names: dict[int, str]

    @property
    def is_known(self) -> bool:
        """Whether every shape on the way to the output is known."""
        return self.failure is None and not self.run.skipped and not any(map(_is_open, flat(self.output)))


def _is_open(value: Value) -> bool:
    return isinstance(value, Unknown) or (isinstance(value, Tensor) and value.shape is None)


def outcomes(source: Source, name: str, call: Construction, inputs: Sequence[Shape]) -> list[FollowedNetwork]:
    """The readings of a network: in training mode and without, and for each outcome of a test that is not known.

    Args:
        source: the program.
        name: the class.
        call: how the network is built.
        inputs: the shapes of the inputs, without the batch.
    """
    readings: list[FollowedNetwork] = []
    pending: list[tuple[bool, list[bool]]] = [(False, [])]
    tree = parse(source)
    while pending and len(readings) < MAX_PATHS and sum(reading.run.steps for reading in readings) < MAX_STEPS:
        training, choices = pending.pop()
        run = Trace(training=training, choices=[*choices])
        reading = _read(Program(source, tree, run), name, call, inputs)
        readings.append(reading)
        for place in range(len(choices), len(run.tests)):
            pending.insert(0, (training, [*run.choices[:place], False]))
        if run.asks_training and not training and not choices:
            pending.append((True, []))
    if pending:
        readings[-1].run.skip(Unknown("every way through the program: there are too many", 0))
    return readings


def _read(program: Program, name: str, call: Construction, inputs: Sequence[Shape]) -> FollowedNetwork:
    run, network, output = program.run, None, None
    failure: Fault | Stuck | None = None
    try:
        network = _build(program, name, call)
        if isinstance(network, Instance):
            tensors = [Tensor((BATCH, *shape)) for shape in inputs]
            output = program.reader.call(network, [*tensors], {}, _place(network.cls))
        elif isinstance(network, Unknown):
            run.skip(network)
    except (Fault, Stuck) as ended:
        failure = ended
    except RecursionError:
        failure = Stuck("the program is nested too deeply", 0)
    instance = network if isinstance(network, Instance) else None
    names = (
        {id(module): path for path, module in submodules(instance) if isinstance(module, LayerObject)}
        if instance
        else {}
    )
    return FollowedNetwork(run, output, failure, instance, names)


def construct(source: Source, name: str, call: Construction) -> Instance | None:
    """The network alone; None where it cannot be built."""
    program = Program(source, parse(source))
    with suppress(Fault, Stuck, RecursionError):
        network = _build(program, name, call)
        return network if isinstance(network, Instance) else None
    return None


def _place(cls: Class) -> ast.AST:
    """Where a network is called that the program does not call itself: its forward."""
    return getattr(cls.find("forward"), "node", None) or cls.node or ast.Pass()


def _build(program: Program, name: str, call: Construction) -> Value:
    """The network, once the file is loaded."""
    if isinstance(call, int):  # the object that the program itself makes, counted among all
        program.load(scripts=True)
        made = program.run.instances
        program.run.forget()
        return made[call] if call < len(made) else Unknown("the network", 0)
    program.load()
    if isinstance(call, ast.Call):
        return program.reader.evaluate(call, program.scope)
    cls = program.scope.names.get(name)
    return program.reader.call(cls, [], dict(call), getattr(cls, "node", None) or ast.Pass())
