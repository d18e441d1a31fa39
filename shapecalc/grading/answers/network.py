"""An answer that is a network: layers, a network file, or a program that is read and never run."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple, final

from shapecalc.checking.judgement import check
from shapecalc.checking.verdict import CodeVerdict, NetworkCheck
from shapecalc.errors import SpecError
from shapecalc.formats.source.opening import read_network
from shapecalc.formats.source.programs import Source
from shapecalc.grading.answers.kind import AnswerKind, Judgement, NotUnderstoodError, bounded
from shapecalc.grading.answers.layer import MAX_NODES, LayerText, layers_in, layers_text
from shapecalc.grading.effects.requirement import Learns
from shapecalc.grading.effects.rubric import Rubric
from shapecalc.layers import Shape, shape_text
from shapecalc.measures import measure
from shapecalc.page import visible

#: The most characters of a network.
MAX_SOURCE = 20_000

_PROGRAM = re.compile(r"^\s*(?:import|from|class|def|@)\s", re.MULTILINE)
#: What a program is called in messages.
_FILE = "answer.py"


@final
class ProgramText(NamedTuple):
    """A program with one network.

    Attributes:
        text: the program.
        name: the network's class.
    """

    text: str
    name: str


@final
@dataclass(frozen=True, slots=True)
class NetworkAnswer(AnswerKind[LayerText | ProgramText]):
    """A network, right where it does what is required; in part, where a rubric says what each part is worth.

    Attributes:
        key: an example of a right answer.
        rubric: what the network must do, on which inputs.
    """

    name: ClassVar[str] = "network"
    key: LayerText | ProgramText
    rubric: Rubric

    @property
    def needs_training(self) -> bool:
        return any(isinstance(requirement, Learns) for requirement in self.rubric.requirements)

    def read(self, answer: str) -> LayerText | ProgramText:
        if not _PROGRAM.search(answer):
            return layers_in(answer if len(answer) <= MAX_SOURCE else bounded(answer, MAX_SOURCE), MAX_NODES)
        if len(answer) > MAX_SOURCE:
            bounded(answer, MAX_SOURCE)
        return read_program(answer, self.rubric.inputs[:1])

    def judge(self, reading: LayerText | ProgramText) -> Judgement:
        if isinstance(reading, LayerText):
            return self.rubric.judge(reading.net) if reading.net is not None else Judgement.of(False, reading.refusal)
        for shape in self.rubric.inputs:
            network = checked(reading, shape)
            if network.verdict is CodeVerdict.WRONG:
                problem = next((fault for fault in network.problems if fault.severity == "error"), None)
                message = f"line {problem.line}: {problem.message}" if problem else "it does not run"
                return Judgement.of(False, f"on {shape_text(shape)}: {message}")
            if network.verdict is CodeVerdict.UNKNOWN:
                line, construct = next(iter(network.unknown), (0, "what it does"))
                return Judgement(None, f"line {line}: cannot follow {construct}")
        return self._judge_program(reading)

    def _judge_program(self, reading: ProgramText) -> Judgement:
        """What a program that runs on every input is worth; undecided where its net is not all of it."""
        first, *others = self.rubric.inputs
        try:
            net, *nets = [
                read_network(Source(_FILE, reading.text), reading.name, (shape,)) for shape in (first, *others)
            ]
        except SpecError as refused:
            return Judgement(None, str(refused))
        for shape, other in zip(others, nets, strict=True):
            if other.nodes != net.nodes:
                return Judgement(None, f"it does something else on {shape_text(shape)} than on {shape_text(first)}")
        total, needed = checked(reading, first).parameters, measure(net).parameters
        if total != needed:
            return Judgement(None, f"only {needed} of its {total} parameters are in layers that an output needs")
        return self.rubric.judge(net)

    def echo(self, reading: LayerText | ProgramText) -> str:
        if isinstance(reading, LayerText):
            return layers_text(reading.net)
        return f"the network {visible(reading.name)}"

    def plain(self, reading: LayerText | ProgramText | None) -> Any:
        return None if reading is None else self.echo(reading)


def read_program(text: str, inputs: tuple[Shape, ...]) -> ProgramText:
    """The program that a text is.

    Raises:
        NotUnderstoodError: Python cannot parse it, or it does not define one network.
    """
    try:
        verdict = check(Source(_FILE, text), inputs=inputs)
    except SpecError as refused:
        raise NotUnderstoodError(str(refused).rstrip(".")) from None
    if verdict.problems:
        problem = verdict.problems[0]
        raise NotUnderstoodError(f"line {problem.line}, column {problem.column}: {problem.message.rstrip('.')}")
    if len(verdict.networks) != 1:
        raise NotUnderstoodError(f"the program defines {len(verdict.networks) or 'no'} networks; write one")
    return ProgramText(text, verdict.networks[0].name)


def checked(program: ProgramText, shape: Shape) -> NetworkCheck:
    """The verdict on the only network of a program for an input; where its base is misspelled, no name finds it."""
    return check(Source(_FILE, program.text), inputs=(shape,)).networks[0]
