"""The check of a file: each of its networks built, run on its input, and judged."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import Any

from shapecalc.algebra import product
from shapecalc.checking.inputs import Candidate, candidates
from shapecalc.checking.repairs import mended
from shapecalc.checking.verdict import CodeVerdict, FileCheck, NetworkCheck, Problem, Repair, worst
from shapecalc.checking.warnings import Examined, warnings
from shapecalc.errors import SpecError
from shapecalc.formats.source.faults import Fault, Stuck
from shapecalc.formats.source.messages import message
from shapecalc.formats.source.networks import FollowedNetwork, call_of, move, outcomes, outermost
from shapecalc.formats.source.programs import Program, Source, parse
from shapecalc.formats.source.run import line_of
from shapecalc.formats.source.torch.arguments import flat
from shapecalc.formats.source.torch.members import parameters
from shapecalc.formats.source.values import BATCH, Class, Tensor, Value
from shapecalc.layers import Shape, shape_text


def check(source: Source, *, name: str = "", call: str = "", inputs: Sequence[Shape] = ()) -> FileCheck:
    """The verdict on a file of source code, which is read and never run.

    Args:
        source: the file.
        name: the class to check; by default all.
        call: the call that builds the network, such as ``Net(num_classes=10)``.
        inputs: the shapes of its inputs, without the batch; by default those that the file itself uses, else such as
            the network takes.

    Raises:
        SpecError: the file has no such class, or the call is none.
    """
    lines = tuple(source.text.split("\n"))
    try:
        tree = parse(source)
    except SyntaxError as refused:
        text = f"Python cannot parse this: {refused.msg}."
        line, column = refused.lineno or 1, refused.offset or 1
        problem = Problem("syntax", "error", line, column, line, text)
        return FileCheck(source.path, CodeVerdict.WRONG, problems=(problem,), lines=lines)
    program = Program(source, tree)
    program.load(scripts=True)
    expression = call_of(call) if call else None
    wanted = name or (ast.unparse(expression.func) if expression else "")
    classes = [cls for cls in program.networks() if wanted in ("", cls.name)]
    if wanted and not classes:
        raise SpecError(f"{source.path} defines no network called {wanted}.")
    if expression is not None:
        move(expression, classes[0].node)
    if not wanted:
        classes = outermost(program, classes)
    networks = [_check_network(source, program, cls, expression, inputs) for cls in classes]
    return FileCheck(source.path, worst([network.verdict for network in networks]), tuple(networks), lines=lines)


def _check_network(
    source: Source, program: Program, cls: Class, call: ast.Call | None, inputs: Sequence[Shape]
) -> NetworkCheck:
    """The verdict on a network with the first input on which it can be decided."""
    results = []
    for candidate in candidates(source, program, cls, call, inputs):
        readings = outcomes(source, cls.name, candidate.call, candidate.shapes)
        result = _judge(program, cls, candidate, readings)
        if result.verdict is CodeVerdict.FINE or not candidate.is_guess:
            return result
        results.append(result)
    order = (CodeVerdict.UNKNOWN, CodeVerdict.WRONG)
    if not results:
        unknown = ((cls.node.lineno if cls.node else 0, f"the input of {cls.name}: give it with --input"),)
        return NetworkCheck(
            cls.name, f"{cls.name}()", line_of(cls.node or ast.Pass()), CodeVerdict.UNKNOWN, unknown=unknown
        )
    return min(results, key=lambda result: order.index(result.verdict))


def _judge(program: Program, cls: Class, candidate: Candidate, readings: list[FollowedNetwork]) -> NetworkCheck:
    """The verdict that the readings of a network come to."""
    source = program.source
    wrong, failed = _wrong(candidate, readings)
    best = wrong or next((each for each in readings if each.failure is None), readings[0])
    unknown = _unknown(readings)
    problems: list[Problem] = []
    if wrong is not None:
        problems, verdict = _problems(source, cls, candidate, wrong), CodeVerdict.WRONG
    else:
        verdict = CodeVerdict.UNKNOWN if failed or unknown else CodeVerdict.FINE
        unknown = (*unknown, *[_doubt(each.failure) for each in failed[:1]])
    is_whole = verdict is CodeVerdict.FINE
    problems += warnings(Examined(program, cls, readings, is_whole)) if best.network else []
    return NetworkCheck(
        cls.name,
        candidate.text,
        line_of(cls.node or ast.Pass()),
        verdict,
        tuple(map(shape_text, candidate.shapes)),
        candidate.origin,
        tuple([_without_batch(each.shape or ()) for each in _tensors(best.output)]),
        _parameters(best),
        tuple(_layers(best)),
        tuple(problems),
        unknown,
    )


def _wrong(
    candidate: Candidate, readings: list[FollowedNetwork]
) -> tuple[FollowedNetwork | None, list[FollowedNetwork]]:
    """The reading with which a network is surely wrong, and those that fail."""
    failed = [each for each in readings if isinstance(each.failure, Fault)]
    sure = [each for each in failed if not each.run.tests] or (failed if len(failed) == len(readings) else [])
    if candidate.stands_in:  # another value may well run
        sure = []
    return (sure[0] if sure else next((each for each in readings if _loses_batch(each)), None)), failed


def _doubt(failure: Fault | Stuck | None) -> tuple[int, str]:
    """A failure that only some values of what is not known bring about."""
    return line_of(getattr(failure, "place", ast.Pass())), f"whether this runs: {getattr(failure, 'message', '')}"


def _without_batch(shape: Shape) -> list[int | str]:
    """The sizes of a tensor besides the batch, which stands first or, in sequences, second."""
    place = shape.index(BATCH) if BATCH in shape else 0
    return [*map(_size, (*shape[:place], *shape[place + 1 :]))]


def _size(size: Any) -> Any:
    return size if isinstance(size, int) else str(size)


def _parameters(reading: FollowedNetwork) -> int | None:
    """How many numbers a network learns; None where a layer is not known."""
    total = sum(product(tensor.shape or ()) for _, tensor in parameters(reading.network)) if reading.network else None
    return total if isinstance(total, int) else None


def _tensors(value: Value) -> list[Tensor]:
    return [each for each in flat(value) if isinstance(each, Tensor)]


def _layers(reading: FollowedNetwork) -> Iterator[dict[str, Any]]:
    for call in reading.run.calls:
        yield {
            "name": reading.names.get(id(call.module), ""),
            "type": call.module.type,
            "line": call.line,
            "output_shape": _without_batch(call.output),
        }


def _unknown(readings: list[FollowedNetwork]) -> tuple[tuple[int, str], ...]:
    """What could not be followed, each once, by line."""
    places: dict[tuple[int, str], None] = {}
    for reading in readings:
        for unknown in reading.run.skipped.values():
            places[unknown.line, unknown.construct] = None
        for test in reading.run.tests:
            places[test.line, f"which way this goes: {test.construct}"] = None
        if isinstance(reading.failure, Stuck):
            places[reading.failure.line, reading.failure.construct] = None
        for assumption in reading.run.assumptions:
            places[line_of(assumption.place), assumption.message] = None
        if reading.failure is None and not reading.is_known and not reading.run.skipped:
            places[0, "what comes out"] = None
    return tuple(sorted(places))


def _loses_batch(reading: FollowedNetwork) -> bool:
    """Whether a view has joined the batch with other dimensions, and what leaves forward still is so."""
    if reading.failure is not None or not reading.run.folds:
        return False
    firsts = [tensor.shape[0] for tensor in _tensors(reading.output) if tensor.shape]
    return bool(firsts) and all(first != BATCH for first in firsts)


def _column(node: ast.AST) -> int:
    return getattr(node, "col_offset", 0) + 1


def _problems(source: Source, cls: Class, candidate: Candidate, wrong: FollowedNetwork) -> list[Problem]:
    """The mistakes of a network, one behind the other, each with the change that mends it; else the first alone."""

    def follow(changed: Source) -> FollowedNetwork | None:
        readings = outcomes(changed, cls.name, candidate.call, candidate.shapes)
        return _wrong(candidate, readings)[0]

    mistakes = mended(source, wrong, follow)
    if not mistakes:
        return [_problem(source, wrong, None)]
    return [_problem(source, each.reading, each.repair) for each in mistakes]


def _problem(source: Source, reading: FollowedNetwork, repair: Repair | None) -> Problem:
    """The mistake at which a reading stops, at the line that the repair changes."""
    fault = reading.failure
    if not isinstance(fault, Fault):
        return _batch_problem(reading, repair)
    place = fault.cause if fault.cause is not None else fault.place
    line, column = (line_of(place), _column(place)) if repair is None else (repair.line, repair.column)
    return Problem(fault.code, "error", line, column, _line_in_file(source, fault), message(reading, fault), repair)


def _batch_problem(reading: FollowedNetwork, repair: Repair | None) -> Problem:
    """A view after which what leaves forward is no longer a batch."""
    fold = reading.run.folds[-1]
    before, after = shape_text(fold.before), shape_text(fold.after)
    text = f"This view turns {before} into {after}: a batch of N leaves forward as one of {fold.after[0]}."
    line = line_of(fold.place)
    return Problem("batch", "error", line, _column(fold.place), line, text, repair)


def _line_in_file(source: Source, fault: Fault) -> int:
    """The line of the file at which Python stops."""
    if fault.file in ("", source.path):
        return line_of(fault.place)
    return next((line_of(node) for node, file in fault.calls if file == source.path), line_of(fault.place))
