"""Networks of a program: one built from a call and run on an input, for every outcome of what is not known."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple, final

from shapecalc.algebra import Int
from shapecalc.errors import SpecError
from shapecalc.formats.source.faults import Fault, Stuck
from shapecalc.formats.source.made_values import names_needed, realized
from shapecalc.formats.source.mentions import mentioned
from shapecalc.formats.source.notes import TENSOR, CallArguments
from shapecalc.formats.source.origins import LeafTensor
from shapecalc.formats.source.programs import Program, Source, parse
from shapecalc.formats.source.python.iterables import UP_TO_LETTERS
from shapecalc.formats.source.run import Trace
from shapecalc.formats.source.torch.arguments import flat
from shapecalc.formats.source.torch.members import submodules
from shapecalc.formats.source.usages import parameters_of
from shapecalc.formats.source.values import (
    BATCH,
    Bound,
    Class,
    Container,
    Instance,
    LayerObject,
    ProgramFunction,
    Tensor,
    Unknown,
    Value,
    name_set,
)
from shapecalc.layers import Shape
from shapecalc.net.net import INPUT

#: How a network is built: by a call, as the program does it (the number of the object), or with arguments by name.
Construction = ast.expr | int | Mapping[str, Value]
#: What may be a network.
Module = Instance | Container | LayerObject

#: How many readings of a network are made at most.
MAX_PATHS = 32
#: The sizes of the batches that are tried where a loop counts the examples.
FEW = (2, 3)
#: How many steps a reading takes before the first statement, about.
READING = 100
#: How many steps these take together, about.
MAX_STEPS = 600_000


@final
class FollowedNetwork(NamedTuple):
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
    network: Module | None
    names: dict[int, str]

    @property
    def is_known(self) -> bool:
        """Whether every shape on the way to the output is known."""
        return self.failure is None and not self.run.skipped and not any(map(_is_open, flat(self.output)))


def _is_open(value: Value) -> bool:
    return isinstance(value, Unknown) or (isinstance(value, Tensor) and value.shape is None)


def outcomes(
    source: Source, name: str, call: Construction, inputs: Sequence[Shape], arguments: CallArguments = ()
) -> list[FollowedNetwork]:
    """The readings of a network: in training mode and without, and for each outcome of a test that is not known.

    Args:
        source: the program.
        name: the class.
        call: how the network is built.
        inputs: the shapes of the inputs, without the batch.
        arguments: all arguments of its forward; by default the inputs alone.
    """
    readings = _readings(source, name, call, inputs, arguments)
    if any(_counts_batch(reading) for reading in readings):
        readings = [each for batch in FEW for each in _readings(source, name, call, inputs, arguments, batch)]
    return readings


def _counts_batch(reading: FollowedNetwork) -> bool:
    """Whether it stops at a loop with a round for each example, of which letters do not say how many there are."""
    return isinstance(reading.failure, Stuck) and reading.failure.construct == UP_TO_LETTERS


def _readings(
    source: Source,
    name: str,
    call: Construction,
    inputs: Sequence[Shape],
    arguments: CallArguments,
    batch: Int = BATCH,
) -> list[FollowedNetwork]:
    """The readings with batches of a size."""
    readings: list[FollowedNetwork] = []
    pending: list[tuple[bool, list[bool]]] = [(False, [])]
    tree = parse(source)
    while pending and len(readings) < MAX_PATHS and sum(reading.run.steps for reading in readings) < MAX_STEPS:
        training, choices = pending.pop()
        run = Trace(training=training, choices=[*choices])
        source.effort.steps += READING
        reading = follow(Program(source, tree, run), name, call, inputs, arguments, batch)
        readings.append(reading)
        for place in range(len(choices), len(run.tests)):
            pending.insert(0, (training, [*run.choices[:place], False]))
        if run.asks_training and not training and not choices:
            pending.append((True, []))
    if pending:
        readings[-1].run.skip(Unknown("every way through the program: there are too many", 0))
    return readings


def follow(
    program: Program,
    name: str,
    call: Construction,
    inputs: Sequence[Shape],
    arguments: CallArguments = (),
    batch: Int = BATCH,
) -> FollowedNetwork:
    """One reading of a network."""
    run, network, output = program.run, None, None
    failure: Fault | Stuck | None = None
    try:
        network = _build(program, name, call)
        if isinstance(network, Module):
            tensors = [Tensor((batch, *shape)) for shape in inputs]
            for tensor, word in zip(tensors, input_names(network, len(inputs)), strict=True):
                tensor.made = LeafTensor(tensor.shape or (), input=word)
            args, kwargs = _filled(arguments or (("", TENSOR),) * len(tensors), tensors)
            if not arguments and (state := state_of(network)) is not None:
                kwargs[state[0]] = program.reader.call(state[1], [batch], {}, _place(network))
            output = program.reader.call(network, args, kwargs, _place(network))
        elif isinstance(network, Unknown):
            run.skip(network)
    except (Fault, Stuck) as ended:
        failure = ended
    except RecursionError:
        failure = Stuck("the program is nested too deeply", 0)
    module = network if isinstance(network, Module) else None
    names = {id(each): path for path, each in submodules(module) if isinstance(each, LayerObject)}
    return FollowedNetwork(run, output, failure, module, names)


#: Arguments that are the state before the first step, and the methods by which networks make it for a batch.
_STATES = name_set("hidden h hx hc state hidden_state prev_hidden h0 prev_state hiddens")
_MAKERS = ("init_hidden", "initHidden", "init_state", "init_hidden_state", "initialize_hidden", "get_initial_state")


def state_of(network: Value) -> tuple[str, Bound] | None:
    """The last argument of a network if it is a state, with the method that makes it for a batch."""
    if not isinstance(network, Instance):
        return None
    names = required(network.cls.find("forward"))
    method = next((each for each in map(network.cls.find, _MAKERS) if isinstance(each, ProgramFunction)), None)
    is_state = len(names) > 1 and names[-1] in _STATES and len(required(method)) == 1
    return (names[-1], Bound(method, network)) if is_state else None


def required(function: object) -> list[str]:
    """The parameters of a function without a default, but for the object itself."""
    if not isinstance(function, ProgramFunction):
        return []
    return [name for name in parameters_of(function) if name not in function.defaults]


def _filled(arguments: CallArguments, tensors: Sequence[Tensor]) -> tuple[list[Value], dict[str, Value]]:
    """The arguments of a call by place and by name, with tensors where they stand."""
    inputs = iter(tensors)
    values = [(name, next(inputs) if value is TENSOR else value) for name, value in arguments]
    return [value for name, value in values if not name], {name: value for name, value in values if name}


def input_names(network: Module, count: int) -> list[str]:
    """The names of the inputs of a net: a single one has the usual name, several those of forward's parameters."""
    forward = network.cls.find("forward") if isinstance(network, Instance) else None
    parameters = [each.arg for each in forward.node.args.args][1:] if isinstance(forward, ProgramFunction) else []
    if count == 1 or len(parameters) < count:
        return [INPUT, *[f"{INPUT}{number}" for number in range(2, count + 1)]]
    modules = {path for path, _ in submodules(network)}
    return [f"{name}_{INPUT}" if name in modules else name for name in parameters[:count]]


def construct(source: Source, name: str, call: Construction) -> Module | None:
    """The network alone; None where it cannot be built."""
    program = Program(source, parse(source))
    with suppress(Fault, Stuck, RecursionError):
        network = _build(program, name, call)
        return network if isinstance(network, Module) else None
    return None


def _place(network: Module) -> ast.AST:
    """Where a network is called that the program does not call itself: its forward."""
    if not isinstance(network, Instance):
        return network.place or ast.Pass()
    cls = network.cls
    return getattr(cls.find("forward"), "node", None) or cls.node or ast.Pass()


def _build(program: Program, name: str, call: Construction) -> Value:
    """The network, once the file is loaded."""
    if isinstance(call, int):  # the object that the program itself makes, counted among all
        program.load(scripts=True, until=call + 1)
        made = program.run.instances
        program.run.forget()
        return made[call] if call < len(made) else Unknown("the network", 0)
    values = [call] if isinstance(call, ast.expr) else [*call.values()]
    program.load([name, *[needed for value in values for needed in names_needed(value)]])
    if isinstance(call, ast.expr):
        return program.reader.evaluate(call, program.scope)
    cls = program.scope.names.get(name)
    arguments = {key: realized(program.reader, program.scope, value) for key, value in call.items()}
    return program.reader.call(cls, [], arguments, getattr(cls, "node", None) or ast.Pass())


def call_of(text: str) -> ast.Call:
    """The call that a text is.

    Raises:
        SpecError: it is none.
    """
    try:
        expression = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        expression = None
    if not isinstance(expression, ast.Call):
        raise SpecError(f"{text!r} is not a call; write one such as Net(num_classes=10).")
    return expression


def move(call: ast.expr, cls: ast.stmt | None) -> None:
    """Let a call that stands nowhere in the file have the place of the class, where it takes up no text.

    What is wrong with it is shown there, and no repair can change it.
    """
    for node in ast.walk(call):
        if isinstance(node, ast.expr) and cls is not None:
            ast.copy_location(node, cls)
            node.end_lineno, node.end_col_offset = node.lineno, node.col_offset


def outermost(program: Program, classes: list[Class]) -> list[Class]:
    """The networks that are no parts of others: a block is checked where it is used."""
    functions = {each.name: mentioned(each) for each in program.tree.body if isinstance(each, ast.FunctionDef)}
    mentions = {cls.name: reached(mentioned(cls.node), functions) for cls in classes if cls.node is not None}
    used = frozenset().union(*[names - {name} for name, names in mentions.items()])
    arguments = {
        each.name
        for use in program.run.instances
        for each in flat([*use.args, *use.kwargs.values()])
        if isinstance(each, Class)
    }
    given = {each.replace("_", "").lower() for cls in classes for each in parameters_of(cls.find("__init__"))}
    parts = {cls.name for cls in classes if cls.name.lower() in given} | used | arguments
    return [cls for cls in classes if cls.name not in parts] or classes


def reached(names: frozenset[str], functions: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """The names that a class mentions, and those that the functions of the file mention that it calls."""
    pending, reached = {*names}, {*names}
    while pending:
        further = functions.get(pending.pop(), frozenset()) - reached
        reached |= further
        pending |= further
    return frozenset(reached)
