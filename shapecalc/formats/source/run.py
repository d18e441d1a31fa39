"""One reading of a program: what it has met so far, and what it decides about sizes with letters."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import final

from shapecalc.algebra.comparison import Comparison
from shapecalc.algebra.memo import remember
from shapecalc.algebra.names import names_in
from shapecalc.errors import ShapecalcError, ShapeError
from shapecalc.formats.source.faults import Fault, Stuck
from shapecalc.formats.source.layout import arrange
from shapecalc.formats.source.letters import BATCHES, cancelled, decided, holds_for_batch, holds_for_sizes
from shapecalc.formats.source.notes import Assumption, BatchFold, CodeRemark, Frame, LayerCall, StatementResult, Use
from shapecalc.formats.source.origins import LeafTensor, Operation, Unfollowed
from shapecalc.formats.source.values import BATCH, LayerObject, Tensor, Unknown, Value
from shapecalc.layers import Layer, Shape
from shapecalc.layers.core.conditions import Condition

#: How many statements, expressions and calls are followed, and how deep calls may stand in one another.
MAX_STEPS, MAX_CALLS = 400_000, 60
#: How many steps all readings of a program take together.
MAX_EFFORT = 500_000
#: A layer, and a condition that is tried on sizes, take about as long as so many steps.
_LAYER, CONDITION = 20, 5
#: How many tests whose outcome is not known are followed on one path.
MAX_TESTS = 8
#: The longest list or text that is followed, and the most bits of a number.
MAX_LENGTH, MAX_BITS = 20_000, 3_000

#: The items of a list that are looked at in a step.
_ITEMS = 25
#: The longest expression that a message shows.
LONGEST = 60


@final
@dataclass(eq=False, repr=False)
class ReadingEffort:
    """The steps of all readings of a program, to bound the work of its check."""

    steps: int = 0
    limit: int | None = None

    @property
    def is_spent(self) -> bool:
        """Whether there are too many, of the whole program or of the network that is checked."""
        return self.steps > min(MAX_EFFORT, self.limit or MAX_EFFORT)

    def share(self, networks: int) -> None:
        """Let the next of so many networks take half of what is left, so that none takes it all; the last takes all."""
        self.limit = self.steps + max(0, MAX_EFFORT - self.steps) // min(networks, 2)


@final
@dataclass(eq=False, repr=False)
class Trace:
    """What the reading of one program has met.

    Attributes:
        training: whether its modules are in training mode.
        asks_training: whether the program has asked that.
        skipped: what was met where something could not be followed, by line.
        steps: how many statements, expressions and calls were followed.
        effort: the same of all readings of the program.
        limit: how many of this reading are followed.
        calls: the layers that ran, in order.
        assumptions: conditions on the letters of the input.
    """

    training: bool = False
    asks_training: bool = False
    steps: int = 0
    effort: ReadingEffort = field(default_factory=ReadingEffort)
    limit: int = MAX_STEPS
    depth: int = 0
    file: str = ""
    skipped: dict[tuple[str, int], Unknown] = field(default_factory=dict)
    calls: list[LayerCall] = field(default_factory=list)
    #: what the statements of forward gave, in order.
    results: list[StatementResult] = field(default_factory=list)
    assumptions: list[Assumption] = field(default_factory=list)
    #: those of readings before it, with letters for sizes that have numbers here.
    earlier: list[Assumption] = field(default_factory=list)
    #: the objects that were made, in order.
    instances: list[Value] = field(default_factory=list)
    #: the networks that the program itself runs, each with the shapes that it gives them.
    uses: list[Use] = field(default_factory=list)
    #: views that join the batch with other dimensions.
    folds: list[BatchFold] = field(default_factory=list)
    remarks: list[CodeRemark] = field(default_factory=list)
    #: the call that is followed.
    frame: Frame | None = None
    #: the modules in whose forwards stands what is followed, the outermost first.
    owners: list[Value] = field(default_factory=list)
    #: how many operations on tensors have run.
    operations: int = 0
    #: what each test whose outcome is not known came out as, and what it tested.
    choices: list[bool] = field(default_factory=list)
    tests: list[Unknown] = field(default_factory=list)
    tested: list[ast.AST] = field(default_factory=list)
    #: the full names of what the program replaces in torch.
    replaced: set[str] = field(default_factory=set)

    def step(self, node: ast.AST, count: int = 1) -> None:
        """Count a statement, an expression or a call, or work that takes as long as several.

        Raises:
            Stuck: there were too many, here or in all readings of the program.
        """
        self.steps += count
        self.effort.steps += count
        if self.steps > self.limit:
            raise Stuck(f"the program takes more than {self.limit:,} steps", line_of(node))
        if self.effort.is_spent:
            raise Stuck(f"all that is tried takes more than {MAX_EFFORT:,} steps; name a --class", line_of(node))

    def step_over(self, node: ast.AST, items: int) -> None:
        """Count the steps that the items of a list take, or the characters of a text."""
        self.step(node, items // _ITEMS)

    def skip(self, unknown: Unknown) -> Unknown:
        """Note that something depends on what is not known, so that the network is not fine for certain."""
        self.skipped.setdefault((unknown.construct, unknown.line), unknown)
        return unknown

    def note(self, value: Value, node: ast.AST) -> None:
        """Note the tensors that a statement of a module's forward gives."""
        if not self.owners:
            return
        values = value if isinstance(value, tuple | list) else (value,)
        self.step_over(node, len(values))
        shapes = tuple([each.shape for each in values if isinstance(each, Tensor) and each.shape is not None])
        if shapes:
            self.results.append(StatementResult(self.file, line_of(node), shapes))

    def remark(self, code: str, message: str, node: ast.AST, file: str = "") -> None:
        """Note what runs but is surely not meant, in the file that is followed or in another."""
        self.remarks.append(CodeRemark(code, message, node, file or self.file))

    def unknown(self, construct: str, node: ast.AST) -> Unknown:
        """A value that cannot be followed, noted as such."""
        return self.skip(Unknown(construct, line_of(node)))

    def forget(self) -> None:
        """Leave out what was noted before the network itself is followed."""
        for notes in (
            self.skipped,
            self.calls,
            self.results,
            self.assumptions,
            self.uses,
            self.folds,
            self.tests,
            self.tested,
            self.remarks,
        ):
            notes.clear()
        self.asks_training = False

    def choose(self, test: Unknown, node: ast.AST) -> bool:
        """The outcome of a test that is not known; a reading for each outcome follows.

        The same test, in a loop or in a function that is called again, has the same outcome within a reading.

        Raises:
            Stuck: there are too many such tests.
        """
        if node in self.tested:  # in a loop, say
            return self.choices[self.tested.index(node)]
        if len(self.tests) >= MAX_TESTS:
            raise Stuck(
                f"more than {MAX_TESTS} tests whose outcome is not known, the last of {test.construct}", test.line
            )
        if len(self.tests) == len(self.choices):
            self.choices.append(True)
        self.tests.append(test)
        self.tested.append(node)
        return self.choices[len(self.tests) - 1]

    def through(self, layer: Layer, shapes: tuple[Shape, ...], node: ast.AST, *, cause: ast.AST | None = None) -> Shape:
        """The shape that comes out of a layer, whose dimensions are all of the tensor's but the first of the engine.

        Raises:
            Fault: the layer refuses the shapes, for some batch at least.
        """
        self.step(node, _LAYER)
        try:
            completed, doubts = _accepted(layer, shapes)
            self.step(node, _LAYER * len(doubts))
            for condition, text in doubts:
                self.require(condition, text, node, cause=cause)
            output = _output(completed, shapes)
        except (ShapecalcError, ZeroDivisionError) as refused:
            reason = refused.reason if isinstance(refused, ShapeError) else str(refused)
            raise Fault("shape", reason, node, cause=cause) from None
        return output

    def apply(self, layer: Layer, tensors: Sequence[Tensor], node: ast.AST, *, cause: ast.AST | None = None) -> Tensor:
        """What a layer, to which the batch is one more dimension, makes of tensors of known shapes.

        Raises:
            Fault: as for :meth:`through`.
        """
        try:
            shape = self.through(layer, tuple([tensor.shape or () for tensor in tensors]), node, cause=cause)
        except Fault as fault:
            fault.tensors = tuple(tensors)
            raise
        return self.drawn(layer, tensors, shape, node)

    def drawn(
        self,
        layer: Layer | None,
        tensors: Sequence[Tensor],
        shape: Shape,
        node: ast.AST,
        *,
        batch: int | None = None,
        module: LayerObject | None = None,
    ) -> Tensor:
        """The tensor of a shape that a layer makes of others, with where it comes from.

        Args:
            layer: the layer; None where the engine has none that a net may have.
            tensors: what it reads.
            shape: what comes out.
            node: the expression that makes it.
            batch: the dimension of the tensors that the layer does not see; None where it sees all.
            module: the object of the program whose weights it has.
        """
        passed = tensors[0].passed if len(tensors) == 1 else ""
        output = Tensor(shape, tensors[0].kind, passed=passed)
        origins = tuple([tensor.origin for tensor in tensors])
        has_weights = layer is not None and next(layer.tensors(), None) is not None
        if not has_weights and all(isinstance(origin, LeafTensor) and origin.is_constant for origin in origins):
            output.making = tensors[0].making
            return output  # numbers of the program, as those that it is made of
        if layer is None:
            output.made = self.unfollowed(words(node), node)
            return output
        self.operations += 1
        owner = self.owners[-1] if self.owners else None
        output.made = Operation(layer, origins, shape, self.operations, node, self.file, batch, module, owner)
        arrange(output.made, tensors)
        if layer.values.get("inplace") is True:
            tensors[0].made = output.made
        return output

    def unfollowed(self, construct: str, node: ast.AST) -> Unfollowed:
        """Where a tensor comes from that no layer of the engine makes."""
        return Unfollowed(construct, line_of(node), self.file)

    def require(self, condition: Condition, message: str, node: ast.AST, *, cause: ast.AST | None = None) -> None:
        """Refuse a condition that fails for some batch, and note one that depends on the sizes of the input.

        Raises:
            Fault: it fails.
        """
        verdict = decided(condition.options)
        if verdict is None:
            self.assumptions.append(Assumption(condition, message, node, self.file))
        elif not verdict:
            batches = [batch for batch in BATCHES if holds_for_batch(condition.options, batch)]
            hint = f" It happens to hold for a batch of {batches[0]}." if batches else ""
            raise Fault("shape", f"{message}{hint}", node, cause=cause)

    def note_between(self, first: int, tensors: Sequence[Tensor], *, is_product: bool = False) -> None:
        """Note of the assumptions from a place on that they are between tensors, if nothing else says their sizes.

        A parameter does, and a view before the tensors are joined.
        """
        if not any(_says_sizes(each, is_product=is_product) for each in tensors):
            self.assumptions[first:] = [each._replace(is_between=True) for each in self.assumptions[first:]]

    def relate(self, comparison: Comparison) -> bool | None:
        """Whether a comparison holds for every batch, or for none; None where that depends on a letter."""
        letters = names_in((comparison.left, comparison.right))
        if letters == {BATCH}:
            outcomes = {holds_for_batch((comparison,), batch) for batch in BATCHES}
            return outcomes.pop() if len(outcomes) == 1 else None
        return holds_for_sizes(comparison)


def _says_sizes(tensor: Tensor, *, is_product: bool) -> bool:
    """Whether the program itself says the sizes of a tensor: it is a parameter, or was given its shape."""
    origin, steps = tensor.origin, 0
    while isinstance(origin, Operation) and steps < _BACK and not is_product:
        if type(origin.layer).__name__ in _GIVING:
            return True
        origin, steps = origin.inputs[0], steps + 1
    return isinstance(origin, LeafTensor) and not origin.input


#: How far back from a tensor a view is sought, and the layers that give a tensor the sizes that a program writes.
_BACK, _GIVING = 6, frozenset({"Reshape", "View", "Unflatten", "Upsample", "Expand"})


@remember(parts=lambda accepted: len(accepted[1]))
def _accepted(layer: Layer, shapes: tuple[Shape, ...]) -> tuple[Layer, tuple[tuple[Condition, str], ...]]:
    """A layer with every count, and its conditions that do not hold for every size, each with its words.

    Raises:
        ShapeError: the layer refuses the shapes.
    """
    completed = layer.accept(shapes)
    has_letters = names_in(shapes) or names_in(tuple(completed.values.values()))
    conditions = completed.conditions(shapes) if has_letters else ()
    doubts = [condition for condition in conditions if not decided(condition.options)]
    return completed, tuple([(condition, f"{completed!r}: {condition}.") for condition in doubts])


@remember()
def _output(layer: Layer, shapes: tuple[Shape, ...]) -> Shape:
    return tuple([cancelled(size) for size in layer.output_shape(shapes)])


def overwrite(receiver: Tensor, output: Value) -> None:
    """Let a tensor that is changed in place come from what changes it; a parameter stays one."""
    origin = receiver.origin
    if isinstance(output, Tensor) and not (isinstance(origin, LeafTensor) and origin.learned):
        receiver.made = output.origin


def words(node: ast.AST) -> str:
    """An expression as the program writes it, shortened."""
    try:
        source = " ".join(ast.unparse(node).split())
    except (RecursionError, ValueError, AttributeError):
        return type(node).__name__.lower()
    return source if len(source) <= LONGEST else f"{source[: LONGEST - 3]}..."


def line_of(node: ast.AST) -> int:
    """The line on which a part of a program stands."""
    return getattr(node, "lineno", 0)
