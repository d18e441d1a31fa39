"""The net that a file of source code defines: the file is read and never run."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from pathlib import Path

from shapecalc.errors import SpecError
from shapecalc.formats.source.assembly import assemble
from shapecalc.formats.source.faults import Fault, Stuck
from shapecalc.formats.source.inputs import construction_of, inputs_in_letters, is_of, settled
from shapecalc.formats.source.messages import message
from shapecalc.formats.source.networks import (
    Construction,
    FollowedNetwork,
    call_of,
    follow,
    input_names,
    move,
    outermost,
)
from shapecalc.formats.source.programs import Program, Source, parse
from shapecalc.formats.source.run import Trace, line_of
from shapecalc.formats.source.torch.arguments import flat
from shapecalc.formats.source.values import BATCH, Class, Tensor, Unknown
from shapecalc.layers import Shape
from shapecalc.net import Net


def read_network(source: Source, network: str = "", inputs: Sequence[Shape] = ()) -> Net:
    """The net that a network of a program is, in evaluation.

    Args:
        source: the program.
        network: a class, or the call that builds the network, such as ``Net(num_classes=10)``; by default the one
            network of the program.
        inputs: the shapes of its inputs, without the batch; by default those with which the program itself runs it,
            else letters.

    Raises:
        SpecError: there is no such network, it has a mistake, or something in it cannot be followed; the message names
            the line.
    """
    if any(BATCH in shape for shape in inputs):
        raise SpecError("N is the letter of the batch in source code; name the sizes of the input with other letters.")
    try:
        tree = parse(source)
    except SyntaxError as refused:
        raise SpecError(
            f"{source.path}, line {refused.lineno or 1}: Python cannot parse this: {refused.msg}."
        ) from None
    program = Program(source, tree)
    program.load(scripts=True)
    call = call_of(network) if "(" in network else None
    cls = _class(program, ast.unparse(call.func) if call is not None else network)
    if call is not None:
        move(call, cls.node)
    construction, shapes = _construction(source, program, cls, call, inputs)
    reading = follow(Program(source, tree, Trace()), cls.name, construction, shapes)
    return _net(source, cls, reading, shapes)


def _class(program: Program, name: str) -> Class:
    """The class of a network.

    Raises:
        SpecError: there is none of that name, or none, or several.
    """
    classes = [*program.networks()]
    path = program.source.path
    if name:
        named = next((cls for cls in classes if cls.name == name), None)
        if named is None:
            raise SpecError(f"{path} defines no network called {name}{_listed(classes)}.")
        return named
    classes = outermost(program, classes)
    if len(classes) != 1:
        what = "several networks" if classes else "no network"
        raise SpecError(f"{path} defines {what}{_listed(classes)}.")
    return classes[0]


def _listed(classes: list[Class]) -> str:
    return f"; its networks are {', '.join(cls.name for cls in classes)}" if classes else ""


def _construction(
    source: Source, program: Program, cls: Class, call: ast.Call | None, inputs: Sequence[Shape]
) -> tuple[Construction, tuple[Shape, ...]]:
    """How a network is built, and on which inputs it runs.

    Raises:
        SpecError: an argument has no value.
    """
    use = next((each for each in program.run.uses if is_of(each.network, cls)), None)
    if call is not None:
        construction: Construction = call
    elif use is not None and not inputs:
        return program.run.instances.index(use.network), use.shapes
    else:
        construction, text = construction_of(program, cls)
        if isinstance(construction, dict) and construction:
            raise SpecError(
                f"{cls.name} of {source.path} needs values for {', '.join(construction)}; write "
                f"{source.path}:{text} with numbers."
            )
    if inputs:
        return construction, tuple(inputs)
    if use is not None:
        return construction, use.shapes
    attempts = [settled(source, cls, construction, shapes) for shapes in inputs_in_letters(source, cls, construction)]
    shapes, _ = next((each for each in attempts if each[1][0].failure is None), attempts[0])
    return construction, shapes


def _net(source: Source, cls: Class, reading: FollowedNetwork, shapes: Sequence[Shape]) -> Net:
    """The net that a reading has drawn.

    Raises:
        SpecError: it has not come to its end, or what comes out cannot be followed.
    """
    if isinstance(reading.failure, Fault):
        raise _wrong(source, reading, reading.failure)
    try:
        tensors = _outputs(cls, reading)
        names = input_names(reading.network, len(shapes)) if reading.network is not None else []
        return assemble(reading.network, dict(zip(names, shapes, strict=True)), tensors, cls.name)
    except Stuck as stuck:
        place = f"{stuck.file or source.path}, line {stuck.line}" if stuck.line else source.path
        raise SpecError(f"{place}: a net cannot say {stuck.construct}.") from None


def _outputs(cls: Class, reading: FollowedNetwork) -> list[Tensor]:
    """The tensors that forward returns.

    Raises:
        Stuck: what it returns depends on what is not known, or is no tensor.
    """
    if isinstance(reading.failure, Stuck):
        raise reading.failure
    for test in reading.run.tests:
        raise Stuck(f"which way this goes: {test.construct}", test.line)
    outputs = [*flat(reading.output)]
    tensors = [output for output in outputs if isinstance(output, Tensor)]
    unknown = next((output for output in outputs if isinstance(output, Unknown)), None)
    if unknown is not None:
        raise Stuck(unknown.construct, unknown.line)
    if not tensors:
        raise Stuck(f"what {cls.name} gives, which is no tensor", line_of(cls.node or ast.Pass()))
    return tensors


def _wrong(source: Source, reading: FollowedNetwork, fault: Fault) -> SpecError:
    """The refusal of a network with a mistake, in the words of its check."""
    is_caused = fault.cause is not None
    line = line_of(fault.cause if fault.cause is not None else fault.place)
    file = fault.module.file if is_caused and fault.module is not None else fault.file
    return SpecError(f"{file or source.path}, line {line}: {message(reading, fault)}")


def read_network_file(path: str | Path, network: str = "", inputs: Sequence[Shape] = ()) -> Net:
    """As :func:`read_network`, of a file or notebook; it may import files of its folder, which are read, too."""
    return read_network(Source.of_file(Path(path)), network, inputs)
