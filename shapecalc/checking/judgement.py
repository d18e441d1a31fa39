"""The check of a file: each of its networks built, run on its input, and judged."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from shapecalc.algebra import product
from shapecalc.checking.doubts import is_doubtful
from shapecalc.checking.inputs import candidates, ways
from shapecalc.checking.trials import InputTrial, agreed, likeliest, tensors
from shapecalc.checking.verdict import UNKNOWN, CodeVerdict, FileCheck, LineResult, NetworkCheck, Problem, Repair, worst
from shapecalc.checking.warnings import Examined, warnings
from shapecalc.errors import SpecError
from shapecalc.formats.source.constructions import WayToBuild, required_values
from shapecalc.formats.source.faults import Fault, Stuck
from shapecalc.formats.source.messages import message
from shapecalc.formats.source.networks import FollowedNetwork, call_of, move, outermost
from shapecalc.formats.source.programs import Program, Source, parse
from shapecalc.formats.source.run import MAX_EFFORT, line_of
from shapecalc.formats.source.torch.members import parameters
from shapecalc.formats.source.unclassed import UnclassedNetwork, named_network, unclassed_networks, without_parts
from shapecalc.formats.source.values import BATCH, Class, Unknown
from shapecalc.layers import Layer, Shape, shape_text

#: How many steps the judgement of a network takes beside its readings, about.
NETWORK = 800


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
    source = source.anew()
    lines = tuple(source.text.split("\n"))
    try:
        tree = parse(source)
    except SyntaxError as refused:
        text = f"Python cannot parse this: {str(refused.msg).rstrip('.')}."
        line, column = refused.lineno or 1, refused.offset or 1
        problem = Problem("syntax", "error", line, column, line, text)
        return FileCheck(source.path, CodeVerdict.WRONG, problems=(problem,), lines=lines, cells=source.cells)
    except SpecError as refused:
        note = Problem(UNKNOWN, "note", 0, 1, 0, f"Cannot tell: {refused}")  # it has no line
        return FileCheck(source.path, CodeVerdict.UNKNOWN, problems=(note,), lines=lines, cells=source.cells)
    program = Program(source, tree)
    unread: list[NetworkCheck] = []
    try:
        program.load(scripts=True)
    except Stuck as stuck:
        unread = _unread_classes(tree, program, stuck)
    expression = call_of(call) if call else None
    wanted = name or (ast.unparse(expression.func) if expression else "")
    classes = [cls for cls in program.networks() if wanted in ("", cls.name)]
    unclassed: list[UnclassedNetwork] = []
    if wanted and not classes:
        builder = named_network(program, wanted, expression) if expression is not None else None
        if builder is None:
            raise SpecError(f"{source.path} defines no network called {wanted}.")
        unclassed = [builder]
    elif expression is not None:
        move(expression, classes[0].node)
    if not wanted:
        unread = unread or _unfollowed_classes(program, classes)
        unclassed = [] if unread else unclassed_networks(source, program, classes)
        classes = without_parts(program, outermost(program, classes), unclassed)
    pairs: list[tuple[Class, ast.expr | None]] = [(cls, expression) for cls in classes]
    pairs += [(network.cls, network.expression) for network in unclassed]
    networks = []
    for place, (cls, way) in enumerate(pairs):
        source.effort.share(len(pairs) - place)
        networks.append(_check_network(source, program, cls, way, inputs))
    source.effort.limit = None
    networks += [] if wanted else unread
    verdict = worst([network.verdict for network in networks])
    return FileCheck(source.path, verdict, tuple(networks), lines=lines, cells=source.cells)


def _unread_classes(tree: ast.Module, program: Program, stuck: Stuck) -> list[NetworkCheck]:
    """The classes behind the place where the reading of a file ended, which may be networks."""
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef) and node.bases]
    return [
        NetworkCheck(
            node.name, f"{node.name}()", node.lineno, CodeVerdict.UNKNOWN, unknown=((stuck.line, stuck.construct),)
        )
        for node in classes
        if node.name not in program.scope.names
    ]


def _unfollowed_classes(program: Program, classes: Sequence[Class]) -> list[NetworkCheck]:
    """The classes that may be networks, where what they inherit or what decorates them is not known.

    Beside networks that are known, what has another base may be anything: only those count that a decorator hides.
    """
    checks = []
    for node in program.tree.body:
        cls = program.scope.names.get(node.name) if isinstance(node, ast.ClassDef) else None
        if not isinstance(node, ast.ClassDef) or not _has_forward(node):
            continue
        bases = [cls] if isinstance(cls, Unknown) else [] if not isinstance(cls, Class) else _unknown_bases(cls)
        if classes and not isinstance(cls, Unknown):
            continue
        if bases and ("torch" in program.source.text or bases[0].construct.endswith("Module")):
            unknown = ((node.lineno, bases[0].construct),)
            checks.append(NetworkCheck(node.name, f"{node.name}()", node.lineno, CodeVerdict.UNKNOWN, unknown=unknown))
    return checks


def _has_forward(node: ast.ClassDef) -> bool:
    """Whether a class has a method with the name of that which runs a network."""
    methods = [method for method in node.body if isinstance(method, ast.FunctionDef) and method.name == "forward"]
    return any(not method.decorator_list and method.args.args for method in methods)


def _unknown_bases(cls: Class) -> list[Unknown]:
    return [base for ancestor in cls.order for base in ancestor.bases if isinstance(base, Unknown)]


def _check_network(
    source: Source, program: Program, cls: Class, call: ast.expr | None, inputs: Sequence[Shape]
) -> NetworkCheck:
    """The verdict on a network with the first input on which it can be decided."""
    line = line_of(cls.node or cls.place or ast.Pass())
    if source.effort.is_spent:
        reason = f"this class: the file takes more than {MAX_EFFORT:,} steps up to here; name it with --class"
        return NetworkCheck(cls.name, f"{cls.name}()", line, CodeVerdict.UNKNOWN, unknown=((line, reason),))
    source.effort.steps += NETWORK
    chosen = _decided(source, program, cls, call, inputs)
    if chosen is not None:
        return _result(program, cls, chosen)
    unknown = ((line, f"the input of {cls.name}: give it with --input"),)
    return NetworkCheck(cls.name, f"{cls.name}()", line, CodeVerdict.UNKNOWN, unknown=unknown)


def _decided(
    source: Source, program: Program, cls: Class, call: ast.expr | None, inputs: Sequence[Shape]
) -> InputTrial | None:
    """The trial that says most of a network: it runs, or whatever stands for what is not known, it does not."""
    results: list[InputTrial | None] = []
    first: WayToBuild | None = None
    for way in ways(program, cls, call, inputs):
        pair = [_trial(source, program, cls, each, inputs) for each in (way, way.twin) if each is not None]
        trial = _together(pair)
        if way.letters is None or (trial is not None and trial.verdict is CodeVerdict.FINE):
            return trial
        results += [trial] if trial is not None and trial.is_doubtful else pair
        first = first or way
        if way.letters is None:
            return agreed(results, None)
    failed = next((trial for trial in results if trial is not None and trial.candidate.chosen), None)
    if failed is None or first is None:
        return None
    general = _in_letters(source, cls, failed)
    required = required_values(program, cls, first, general.readings, is_given=bool(inputs))
    if required is not None:
        trial = _trial(source, program, cls, required, inputs)
        if trial is not None and trial.verdict is CodeVerdict.WRONG:
            certain = agreed([trial], _in_letters(source, cls, trial))
            if certain is not None and certain.verdict is CodeVerdict.WRONG:
                return certain
        results.append(trial)
    last = results[-1]
    return last if last is not None and last.verdict is CodeVerdict.FINE else agreed(results, general)


def _together(trials: list[InputTrial | None]) -> InputTrial | None:
    """The same network with other flags, in one trial: fine where all are, and open where some are."""
    fine = [trial for trial in trials if trial is not None and trial.verdict is CodeVerdict.FINE]
    others = [trial for trial in trials if trial is not None and trial.verdict is not CodeVerdict.FINE]
    return replace(others[0], is_doubtful=True) if fine and others else trials[0]


def _in_letters(source: Source, cls: Class, trial: InputTrial) -> InputTrial:
    """The trial with letters for the sizes that were chosen, so that what fails, fails for every size."""
    candidate = trial.candidate.in_letters()
    return InputTrial(candidate, candidate.outcomes(source, cls))


def _trial(source: Source, program: Program, cls: Class, way: WayToBuild, inputs: Sequence[Shape]) -> InputTrial | None:
    """A network that is built in one way, on the first input on which it can be decided."""
    trials: list[InputTrial] = []
    for candidate in candidates(source, program, cls, way, inputs):
        trial = InputTrial(candidate, candidate.outcomes(source, cls))
        trial = replace(trial, is_doubtful=is_doubtful(program, trial))
        if trial.verdict is CodeVerdict.FINE or not candidate.is_guess:
            return _unless_meant_is_refused(trial, trials)
        trials.append(trial)
        if trial.best.network is None:  # whatever the input is
            break
    return likeliest(trials)


def _unless_meant_is_refused(trial: InputTrial, trials: Sequence[InputTrial]) -> InputTrial:
    """A trial, but for one before it of the input that the file means, where the network refuses that."""
    for earlier in trials:
        if earlier.candidate.is_meant and earlier.verdict is CodeVerdict.WRONG:
            return replace(earlier, is_doubtful=True)
    return trial


def _result(program: Program, cls: Class, trial: InputTrial) -> NetworkCheck:
    """The verdict that a trial comes to, with what is wrong and what is not meant."""
    candidate, best = trial.candidate, trial.best
    problems = _problems(program.source, cls, trial.general or trial)
    if best.network:
        problems += warnings(Examined(program, cls, trial.readings, trial.verdict is CodeVerdict.FINE))
    return NetworkCheck(
        cls.name,
        candidate.text,
        line_of(cls.node or cls.place or ast.Pass()),
        trial.verdict,
        tuple(map(shape_text, candidate.shapes)),
        candidate.origin,
        tuple([_without_batch(each.shape or ()) for each in tensors(best.output)]),
        _parameters(best),
        tuple(_layers(best)),
        tuple(problems),
        trial.unknown,
        letters=candidate.letters,
        results=tuple(_results(program.source, best)),
        chosen=candidate.chosen,
    )


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


def _results(source: Source, reading: FollowedNetwork) -> Iterator[LineResult]:
    """What the lines of the file itself give."""
    layers: dict[int, list[tuple[str, Layer, Shape]]] = {}
    for call in reading.run.calls:
        if call.file == source.path and call.input[:1] == (BATCH,):
            name = reading.names.get(id(call.module), "")
            layers.setdefault(call.line, []).append((name, call.module.known(), call.input[1:]))
    on_lines = {line: tuple(calls) for line, calls in layers.items()}  # a line in a loop has many results
    for result in reading.run.results:
        if result.file == source.path:
            yield LineResult(result.line, result.shapes, on_lines.get(result.line, ()))


def _layers(reading: FollowedNetwork) -> Iterator[dict[str, Any]]:
    for call in reading.run.calls:
        yield {
            "name": reading.names.get(id(call.module), ""),
            "type": call.module.type,
            "line": call.line,
            "output_shape": _without_batch(call.output),
        }


def _column(node: ast.AST) -> int:
    return getattr(node, "col_offset", 0) + 1


def _problems(source: Source, cls: Class, trial: InputTrial) -> list[Problem]:
    """The mistakes of a network, one behind the other, each with the change that mends it; else the first alone."""
    if trial.wrong is None:
        return []
    from shapecalc.checking.repairs import mended  # noqa: PLC0415  most networks run

    def follow(changed: Source) -> FollowedNetwork | None:
        return InputTrial(trial.candidate, trial.candidate.outcomes(changed, cls)).wrong

    mistakes = mended(source, trial.wrong, follow)
    if not mistakes:
        return [_problem(source, trial.wrong, None)]
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
