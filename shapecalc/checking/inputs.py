"""Where the input of a network comes from: an option, the file itself, or sizes for which the code is consistent."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, final

from shapecalc.algebra import Int, Name
from shapecalc.algebra.evaluation import evaluate
from shapecalc.algebra.names import names_in
from shapecalc.checking.documented import meant_sizes
from shapecalc.checking.oddities import oddity
from shapecalc.checking.sizes import USUAL, can_be_met, fitting, same_size
from shapecalc.formats.source.constructions import WayToBuild, constructions, is_of, text_of
from shapecalc.formats.source.equations import settled
from shapecalc.formats.source.faults import Fault, Stuck, different_sizes
from shapecalc.formats.source.inputs import inputs_in_letters
from shapecalc.formats.source.messages import wanted
from shapecalc.formats.source.networks import Construction, FollowedNetwork, outcomes
from shapecalc.formats.source.notes import CallArguments, Use
from shapecalc.formats.source.programs import Program, Source
from shapecalc.formats.source.values import BATCH, Class, LayerObject
from shapecalc.layers import Shape

#: How often a loop over a dimension of the input runs, where that is not known.
STEPS = 8
#: How many of them are tried where no size fulfils what the network asks in letters.
TRIED = 4


@final
class Candidate(NamedTuple):
    """A way to build a network and an input for it.

    Attributes:
        call: how the network is built.
        text: the call as text.
        shapes: the inputs, without the batch.
        origin: "option", "call" or "inferred".
        is_guess: whether another candidate may come closer to what is meant.
        is_trial: whether nothing speaks for its sizes but that they are usual.
        is_stuck: whether the network could not be followed to its end with letters, so that other sizes may do.
        is_meant: whether the file says that the network is for these inputs.
        letters: the inputs with letters for sizes that the code leaves open.
        is_certain: whether the network stops at sizes that no size of the input has a part in.
        oddity: why an input that fits is hardly the one that is meant; "" where nothing speaks against it.
        arguments: all arguments of forward, where they are not the inputs alone.
        by_letters: how the network is built with letters for sizes, where values were chosen for arguments that the
            program gives nowhere; else None.
        chosen: the names of those arguments.
    """

    call: Construction
    text: str
    shapes: tuple[Shape, ...]
    origin: str
    is_guess: bool = False
    is_trial: bool = False
    is_stuck: bool = False
    is_meant: bool = False
    by_letters: Construction | None = None
    chosen: tuple[str, ...] = ()
    letters: tuple[Shape, ...] = ()
    is_certain: bool = False
    oddity: str = ""
    arguments: CallArguments = ()

    def in_letters(self) -> Candidate:
        """The same with letters for the sizes that were chosen."""
        if self.by_letters is None:
            return self
        return self._replace(call=self.by_letters, shapes=self.letters or self.shapes)

    def outcomes(self, source: Source, cls: Class) -> list[FollowedNetwork]:
        """The readings of the network of a program on it."""
        return outcomes(source, cls.name, self.call, self.shapes, self.arguments)


def ways(program: Program, cls: Class, call: ast.expr | None, inputs: Sequence[Shape]) -> Iterator[WayToBuild]:
    """The ways to build a network, the surest first."""
    use = _use(program, cls)
    if call is not None:
        yield WayToBuild(call, ast.unparse(call))
    elif use is not None and not inputs:
        yield WayToBuild(program.run.instances.index(use.network), text_of(use.network))
    else:
        yield from constructions(program, cls, inputs)


def _use(program: Program, cls: Class) -> Use | None:
    """The call of a network by the program itself."""
    own = program.scope.names.get(cls.name) if cls.place is not None else None
    return next((use for use in program.run.uses if is_of(use.network, cls) or use.network is own is not None), None)


def candidates(
    source: Source, program: Program, cls: Class, way: WayToBuild, inputs: Sequence[Shape]
) -> Iterator[Candidate]:
    """The inputs on which a network is checked that is built in one way, the surest first."""
    use = _use(program, cls)
    if inputs:
        yield Candidate(way.construction, way.text, tuple(inputs), "option", by_letters=way.letters, chosen=way.chosen)
    elif use is not None:
        yield Candidate(way.construction, way.text, use.shapes, "call", arguments=use.arguments)
    else:
        for each in _inferred(source, cls, way.construction, way.text):
            yield each._replace(by_letters=way.letters, chosen=way.chosen)


def _inferred(source: Source, cls: Class, call: Construction, text: str) -> Iterator[Candidate]:
    """Inputs for which the code is consistent."""
    for shapes in inputs_in_letters(source, cls.name, call):
        yield from _solved(source, cls, call, text, shapes)


def _has_no_letters(failure: Fault | Stuck | None) -> bool:
    """Whether the sizes at which a network stops are those of its own layers, and of no input."""
    if not isinstance(failure, Fault) or failure.code != "shape":
        return False
    module = failure.module
    if isinstance(module, LayerObject) and module.layer is not None and failure.shapes:
        counts = wanted(module, failure.shapes)
        return bool(counts) and all(isinstance(count, int) for count in counts.values())
    if failure.module is None and len(failure.tensors) == 2 and next(different_sizes(failure), None) is not None:
        return True
    shapes = [*failure.shapes, *[tensor.shape or () for tensor in failure.tensors]]
    return bool(shapes) and names_in(tuple(shapes)) <= {BATCH}


def _solved(
    source: Source, cls: Class, call: Construction, text: str, shapes: tuple[Shape, ...]
) -> Iterator[Candidate]:
    """Inputs of given dimensions, with numbers for their letters."""
    numbered, conditions, readings = settled(source, cls.name, call, shapes)
    letters = [size for shape in numbered for size in shape if isinstance(size, Name) and size != BATCH]

    def candidate(values: Mapping[Name, Int], *, is_trial: bool = False) -> Candidate:
        sizes = tuple([tuple([evaluate(each, values) for each in shape]) for shape in numbered])
        made = Candidate(call, text, sizes, "inferred", letters=numbered, is_certain=is_certain, oddity=odd)
        return made._replace(is_guess=True, is_trial=is_trial, is_stuck=is_stuck)

    is_stuck = isinstance(readings[0].failure, Stuck)
    is_certain = _has_no_letters(readings[0].failure)
    odd = oddity(shapes, numbered, readings)
    if is_stuck and len(letters) > 1 and not any(isinstance(size, int) for size in numbered[0][:1]):
        steps = {letters[0]: STEPS}  # a loop over the first dimension
        fixed = tuple([tuple([evaluate(size, steps) for size in shape]) for shape in numbered])
        yield from _solved(source, cls, call, text, fixed)
    assignments = fitting(conditions, letters, source.effort)
    meant = meant_sizes(source, cls.name, call, numbered) if assignments else None
    if meant:
        yield candidate(meant)._replace(is_meant=True)
    for values in assignments:
        yield candidate(values)
    if assignments:
        return
    is_open = not isinstance(readings[0].failure, Fault)
    may_fit = is_open and can_be_met(conditions, source.effort)
    if not (may_fit and readings[0].is_known):
        for size in USUAL[:TRIED]:
            yield candidate(same_size(letters, size), is_trial=True)
    if may_fit:
        yield candidate({})  # some sizes may fit
