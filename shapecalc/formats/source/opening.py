"""The net that a file of source code defines: the file is read and never run."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import final

from shapecalc.errors import RefusedSourceError, SpecError
from shapecalc.formats.source.assembly import assemble, assemble_refused
from shapecalc.formats.source.constructions import constructions, is_of
from shapecalc.formats.source.equations import settled
from shapecalc.formats.source.faults import Fault, Stuck
from shapecalc.formats.source.inputs import inputs_in_letters
from shapecalc.formats.source.messages import message
from shapecalc.formats.source.networks import (
    Construction,
    FollowedNetwork,
    Module,
    call_of,
    construct,
    follow,
    input_names,
    move,
    outermost,
    required,
)
from shapecalc.formats.source.notes import CallArguments
from shapecalc.formats.source.programs import Program, Source, parse
from shapecalc.formats.source.run import line_of
from shapecalc.formats.source.torch.arguments import flat
from shapecalc.formats.source.unbatched import JOINS
from shapecalc.formats.source.values import BATCH, Class, Instance, LayerObject, ProgramFunction, Tensor, Unknown, Value
from shapecalc.layers import Shape
from shapecalc.net import Net


def read_network_file(path: str | Path, network: str = "", inputs: Sequence[Shape] = ()) -> Net:
    """As :func:`read_network`, of a file or notebook; it may import files of its folder, which are read, too."""
    return read_network(Source.of_file(Path(path)), network, inputs)


def read_network(source: Source, network: str = "", inputs: Sequence[Shape] = ()) -> Net:
    """The net that a network of a program is, in evaluation.

    Args:
        source: the program.
        network: a class, a function or a variable of the program, or a call such as ``Net(num_classes=10)``; by default
            the one network of the program.
        inputs: the shapes of its inputs, without the batch; by default those with which the program itself runs it,
            else letters.

    Raises:
        SpecError: there is no such network, it has a mistake, or something in it cannot be followed; the message names
            the line.
    """
    return reader_of_networks(source)(network, inputs)


def reader_of_networks(source: Source) -> Callable[[str, Sequence[Shape]], Net]:
    """:func:`read_network` for several networks of a program, whose file is followed once.

    Raises:
        SpecError: Python cannot parse the program.
    """
    return _Door(source).open


@final
class _Door:
    """A program of which one network becomes a net.

    Raises:
        SpecError: Python cannot parse the program.
    """

    def __init__(self, source: Source) -> None:
        self.source = source
        try:
            self.tree = parse(source)
        except SyntaxError as refused:
            line = refused.lineno or 1
            raise SpecError(f"{source.path}, line {line}: Python cannot parse this: {refused.msg}.") from None
        self.program = Program(source, self.tree)
        with suppress(Stuck):
            self.program.load()

    @cached_property
    def script(self) -> Program:
        """The program with what runs only as a script, and with the functions that try its networks."""
        program = Program(self.source, self.tree)
        with suppress(Stuck):
            program.load(scripts=True)
        return program

    def open(self, network: str, inputs: Sequence[Shape]) -> Net:
        """The net of a network.

        Raises:
            SpecError: as for :func:`read_network`.
        """
        if any(BATCH in shape for shape in inputs):
            raise SpecError(
                "N is the letter of the batch in source code; name the sizes of the input with other letters."
            )
        construction, cls, name = self._network(network, is_tried=bool(inputs))
        shapes, arguments = (tuple(inputs), ()) if inputs else self._inputs(construction, cls)
        reading = follow(Program(self.source, self.tree), name, construction, shapes, arguments)
        if reading.network is None and reading.failure is None:
            raise self._not_followed(reading, Stuck(f"{network or name}, which is no network", 0))
        try:
            tensors = _outputs(reading)
            return assemble(reading.network, _inputs_by_name(reading, shapes), tensors, name.partition("(")[0])
        except Stuck as stuck:
            raise self._not_followed(reading, stuck) from None
        except Fault as fault:
            raise self._wrong(reading, fault, shapes, name.partition("(")[0]) from None

    def _network(self, network: str, *, is_tried: bool) -> tuple[Construction, Class | None, str]:
        """How a network is built, its class, and its name; ``is_tried``: whether on an input that is known."""
        value = self.program.scope.names.get(network)
        if "(" not in network and not isinstance(value, ProgramFunction | Module):
            named = self._class(network)
            return self._by_class(named, is_tried=is_tried), named, named.name
        expression = self._expression(network, value)
        move(expression, self.tree.body[0] if self.tree.body else None)
        module = construct(self.source, network, expression)
        cls = module.cls if isinstance(module, Instance) else None
        return expression, cls, cls.name if cls is not None else network

    def _expression(self, network: str, value: Value) -> ast.expr:
        """What builds a network that is given by a call, by a function, or by a variable."""
        expression = call_of(network) if "(" in network else ast.Name(network, ast.Load())
        if isinstance(value, ProgramFunction):
            return ast.Call(expression, [], [])
        called = expression.func if isinstance(expression, ast.Call) else expression
        if isinstance(called, ast.Name) and called.id not in self.program.scope.names:
            raise SpecError(f"{self.source.path} defines no network called {called.id}{self._listed()}.")
        return expression

    def _class(self, name: str) -> Class:
        """The class of a network.

        Raises:
            SpecError: there is none of that name, or none, or several.
        """
        classes: list[Class] = [*self.program.networks()]
        if name:
            classes = [cls for cls in classes if cls.name == name]
            words = f"no network called {name}"
        else:
            words = "several networks" if classes else "no network"
            classes = outermost(self.script, [*self.script.networks()])
        if len(classes) != 1:
            raise SpecError(f"{self.source.path} defines {words}{self._listed()}.")
        return classes[0]

    def _listed(self) -> str:
        names = ", ".join(cls.name for cls in self.program.networks())
        return f"; its networks are {names}" if names else ""

    def _by_class(self, cls: Class, *, is_tried: bool) -> Construction:
        """How a class is built: as the program does it, where it does, or from its defaults.

        Raises:
            SpecError: an argument has no value.
        """
        use = None if is_tried else next((each for each in self.script.run.uses if is_of(each.network, cls)), None)
        if use is not None:
            return self.script.run.instances.index(use.network)
        is_whole = not required(cls.find("__init__"))
        way = next(constructions(self.program if is_whole else self.script, cls))
        if way.chosen:
            path, names = self.source.path, ", ".join(required(cls.find("__init__")))
            raise SpecError(f"{cls.name} of {path} needs values for {names}: for example {path}:{way.text}.")
        return way.construction

    def _inputs(self, construction: Construction, cls: Class | None) -> tuple[tuple[Shape, ...], CallArguments]:
        """The inputs on which the program itself runs a network and all arguments, else letters for their sizes."""
        uses = self.script.run.uses if cls is not None else []
        use = next((each for each in uses if cls is not None and is_of(each.network, cls)), None)
        if use is not None:
            return use.shapes, use.arguments
        name = cls.name if cls is not None else ""
        first: tuple[Shape, ...] = ()
        for shapes in inputs_in_letters(self.source, name, construction):
            numbered, _, readings = settled(self.source, name, construction, shapes)
            if readings[0].failure is None:
                return numbered, ()
            first = first or numbered
        return first, ()

    def _wrong(self, reading: FollowedNetwork, fault: Fault, shapes: Sequence[Shape], name: str) -> SpecError:
        """The refusal of a network with a mistake, in the words of its check, with the net up to there."""
        place = fault.cause if fault.cause is not None else fault.place
        file = fault.module.file if fault.cause is not None and fault.module is not None else fault.file
        words = f"{file or self.source.path}, line {line_of(place)}: {message(reading, fault)}"
        net = None
        if isinstance(fault.module, LayerObject) and fault.tensors:
            inputs = _inputs_by_name(reading, shapes)
            net = assemble_refused(reading.network, inputs, fault.module, fault.tensors, name)
        return SpecError(words) if net is None else RefusedSourceError(words, net)

    def _not_followed(self, reading: FollowedNetwork, stuck: Stuck) -> SpecError:
        """The refusal of what a net cannot say, or the reader does not follow."""
        skipped = next(iter(reading.run.skipped.values()), None)
        if not stuck.line and skipped is not None:  # a tensor that became unknown on its way
            stuck = Stuck(skipped.construct, skipped.line)
        place = f"{stuck.file or self.source.path}, line {stuck.line}" if stuck.line else self.source.path
        return SpecError(f"{place}: a net cannot say {stuck.construct}.{_advice(stuck.construct)}")


def _inputs_by_name(reading: FollowedNetwork, shapes: Sequence[Shape]) -> dict[str, Shape]:
    """The shapes of the inputs, each with its name in forward."""
    names = input_names(reading.network, len(shapes)) if reading.network is not None else []
    return dict(zip(names, shapes, strict=True))


def _advice(construct: str) -> str:
    """What to do about something that a net cannot say, as a sentence behind it; "" where nothing helps."""
    return next((f" {words}" for part, words in _ADVICE.items() if part in construct), "")


#: Advice by what stands in the words for a construct.
_ADVICE = {
    JOINS: "A net has the batch of its input alone: open what runs on each step or window as a network of its own.",
    "Cell": "A net hands no state from step to step; nn.RNN, nn.GRU and nn.LSTM run over whole sequences.",
    "rand": "A net has no random numbers: return before them in evaluation, as with `if not self.training`.",
    "which way this goes": "Where an argument decides that, give it: FILE.py:Net(argument=value).",
    "torch.": "shapecalc.pytorch.trace makes a net of the module itself, with what it measures there.",
    "Tensor.": "shapecalc.pytorch.trace makes a net of the module itself, with what it measures there.",
}


def _outputs(reading: FollowedNetwork) -> list[Tensor]:
    """The tensors that forward returns.

    Raises:
        Fault: it fails.
        Stuck: what it returns depends on what is not known, or is no tensor.
    """
    for test in reading.run.tests:  # whatever follows, may not be so the other way
        raise Stuck(f"which way this goes: {test.construct}", test.line)
    if reading.failure is not None:
        raise reading.failure
    outputs = [*flat(reading.output)]
    tensors = [output for output in outputs if isinstance(output, Tensor)]
    unknown = next((output for output in outputs if isinstance(output, Unknown)), None)
    if unknown is not None:
        raise Stuck(unknown.construct, unknown.line)
    if not tensors:
        raise Stuck("what comes out, which is no tensor", 0)
    return tensors
