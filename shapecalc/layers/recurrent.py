"""Recurrent layers and their single cells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, cast, final

from shapecalc.algebra import Formula, Int, maximum, product
from shapecalc.errors import SpecError
from shapecalc.layers.core.conditions import Require, at_least
from shapecalc.layers.core.kinds import Shape, word_of
from shapecalc.layers.core.layer import Layer, Step
from shapecalc.layers.core.motion import Motion
from shapecalc.layers.core.registry import register
from shapecalc.layers.core.saving import OUTPUT_TENSOR, Gradient, Saved, SavedTensor
from shapecalc.layers.core.strides import MemoryOrder

#: The tensors of one layer and direction, as torch names them. ``gates`` counts the gates, ``from_size`` is the
#: size of what enters, ``state`` the size of what is fed back.
_TENSORS = {
    "weight_ih": Formula(lambda gates, hidden_size, from_size: (gates * hidden_size, from_size)),
    "weight_hh": Formula(lambda gates, hidden_size, state: (gates * hidden_size, state)),
    "bias_ih": Formula(lambda gates, hidden_size, bias: (gates * hidden_size,) if bias else None),
    "bias_hh": Formula(lambda gates, hidden_size, bias: (gates * hidden_size,) if bias else None),
}
_PROJECTION = {"weight_hr": Formula(lambda projected, hidden_size, state: (state, hidden_size) if projected else None)}
_TENSOR_NAMES = frozenset({"gates", "from_size", "state"})

_SIZES = (
    at_least(0, "hidden_size"),
    Require("the last dimension must be input_size", "=", lambda input, input_size: (input[-1], input_size)),
)


#: Why what a recurrent layer saves is only a bound.
_CHOSEN = "torch hands recurrent layers to oneDNN or cuDNN, which choose what they keep"

Nonlinearity = Annotated[str, word_of(("tanh", "relu"))]


class Recurrent(Layer):
    """A cell run along a sequence of L × features, in one or two directions, several deep. Abstract.

    Its tensors are many and their names are counted, so they are listed by :meth:`tensors` and not in a table. All
    have batch_first, dropout and bidirectional as well, though not at the same place among their arguments.
    """

    input_size: Int
    hidden_size: Int
    num_layers: Int = 1

    nick = "rnn"
    dims, takes_empty, is_sequential = (2,), False, True
    memory_order = MemoryOrder.OPEN
    dim_names: ClassVar = {2: "length × features"}
    source = "https://docs.pytorch.org/docs/stable/generated/torch.nn.LSTM.html"
    infers = ("input_size",)
    gates: ClassVar[int]
    #: the most numbers that are saved at a step: for each state, and for the wider of state and features.
    step: ClassVar[tuple[int, int]]
    #: and so many bytes for each layer and direction.
    workspace: ClassVar[int] = 0
    gives: ClassVar[frozenset[str]] = Layer.gives | _TENSOR_NAMES | {"directions", "matrices", "L", "projected"}
    requires: ClassVar[tuple[Require, ...]] = (
        *_SIZES,
        at_least(1, "hidden_size"),
        at_least(1, "num_layers"),
    )
    shape = Formula(lambda input, directions, state: (input[0], directions * state))
    #: at every step of the sequence, every weight of every matrix multiplies once
    macs = Formula(lambda L, matrices: L * matrices)

    def levels(self) -> int:
        return cast("int", self.num_layers)

    def inferred(self, inputs: tuple[Shape, ...]) -> Mapping[str, Int]:
        return {"input_size": inputs[0][-1]}

    def _state(self) -> Int:
        size: Int = self.values.get("proj_size", 0) or self.hidden_size
        return size

    def _directions(self) -> tuple[str, ...]:
        """What torch appends to the names of the tensors of each direction."""
        return ("", "_reverse") if self.values["bidirectional"] else ("",)

    def bind(self, inputs: tuple[Shape, ...]) -> dict[str, Any]:
        lengths = {"directions": len(self._directions()), "state": self._state(), "L": inputs[0][0]}
        return {**super().bind(inputs), **lengths}

    def tensors(self) -> Iterator[Step]:
        state = self._state()
        directions = self._directions()
        for depth in range(cast("int", self.num_layers)):  # validate() takes no letter for it
            from_size = self.input_size if depth == 0 else len(directions) * state
            env = {**vars(self), "gates": self.gates, "from_size": from_size, "state": state}
            env["projected"] = bool(self.values.get("proj_size", 0))
            for direction in directions:
                for name, formula in (_TENSORS | _PROJECTION).items():
                    yield f"{name}_l{depth}{direction}", formula, env

    def work_env(self, inputs: tuple[Shape, ...], output: Shape) -> dict[str, Any]:
        shapes = [formula.at(env) for _, formula, env in self.tensors()]
        matrices = sum((product(shape) for shape in shapes if shape is not None and len(shape) == 2), 0)
        return {**super().work_env(inputs, output), "matrices": matrices}

    def saved(self, inputs: tuple[Shape, ...], output: Shape) -> Iterator[SavedTensor]:
        """A bound: the tensors of torch's own steps, and oneDNN's workspace."""
        length, directions, (per_state, per_wide) = inputs[0][0], len(self._directions()), self.step
        numbers: Int = 0
        for depth in range(cast("int", self.num_layers)):
            entering = self.input_size if depth == 0 else directions * self._state()
            steps = (length + 1) * (self.hidden_size * per_state + maximum(entering, self.hidden_size) * per_wide)
            copies = directions + (2 if depth and self.values["dropout"] else 0)
            numbers = numbers + directions * steps + copies * (length * entering)
        yield SavedTensor("steps", numbers, Gradient.ANY, reason=_CHOSEN)
        if self.workspace:
            count = directions * self.num_layers * self.workspace
            yield SavedTensor("workspace", count, Gradient.ANY, per_batch=True, itemsize=1, cuda=0, reason=_CHOSEN)

    def motion(self, inputs: tuple[Shape, ...], output: Shape) -> Motion:
        return Motion(full=(0, 1), causal=() if self.values["bidirectional"] else (0,))

    def validate(self) -> None:
        name = type(self).__name__
        if not isinstance(self.num_layers, int) or not 1 <= self.num_layers <= 10_000:
            raise SpecError(f"{name}: num_layers={self.num_layers} must be a number between 1 and 10000.")
        dropout = self.values["dropout"]
        if not 0 <= dropout <= 1:
            raise SpecError(f"{name}: dropout={dropout} must be a probability, between 0 and 1.")


@final
@register
class RNN(Recurrent):
    """The plain recurrent network: h' = tanh(Wx + Vh + b)."""

    nonlinearity: Nonlinearity = "tanh"
    bias: bool = True
    batch_first: bool = False
    dropout: float = 0.0
    bidirectional: bool = False

    gates, step = 1, (1, 0)

    def validate(self) -> None:
        super().validate()
        self.check_word("nonlinearity")


class Gated(Recurrent):
    """A recurrent network whose gates say what is remembered. Abstract."""

    bias: bool = True
    batch_first: bool = False
    dropout: float = 0.0
    bidirectional: bool = False


@final
@register
class LSTM(Gated):
    """Long short-term memory: four gates, and a projection of the state where proj_size is given."""

    proj_size: Int = 0

    nick, gates = "lstm", 4
    #: what oneDNN's workspace was measured to hold for torch 2.13, rounded up; its parts are rounded up to pages
    step, workspace = (11, 7), 1 << 16
    requires = (
        *Recurrent.requires,
        at_least(0, "proj_size"),
        Require(
            "proj_size must be smaller than hidden_size",
            "<=",
            lambda proj_size, hidden_size: None if proj_size == 0 else (proj_size + 1, hidden_size),
        ),
    )

    def validate(self) -> None:
        super().validate()
        if not isinstance(self.proj_size, int):
            raise SpecError(f"LSTM: proj_size must be a number, not {self.proj_size}: 0 is no projection at all.")


@final
@register
class GRU(Gated):
    """The gated recurrent unit: three gates."""

    nick, gates, step = "gru", 3, (8, 0)


class Cell(Layer):
    """One step of a recurrent layer: features in, state out. Abstract."""

    input_size: Int
    hidden_size: Int
    bias: bool = True

    nick, dims = "cell", (1,)
    source = "https://docs.pytorch.org/docs/stable/generated/torch.nn.LSTMCell.html"
    infers = ("input_size",)
    gates: ClassVar[int]
    #: how many numbers a cell saves for each state besides its input.
    inner: ClassVar[int]
    gives: ClassVar[frozenset[str]] = Layer.gives | _TENSOR_NAMES | {"inner"}
    saves: ClassVar[tuple[Saved, ...]] = (
        Saved(0, serves=Gradient.WEIGHT),
        Saved("state", Formula(lambda hidden_size: hidden_size), Gradient.WEIGHT),
        Saved("gates", Formula(lambda hidden_size, inner: inner * hidden_size), Gradient.ANY),
    )
    requires = _SIZES
    shape = Formula(lambda hidden_size: (hidden_size,))
    macs = Formula(lambda gates, hidden_size, input_size: gates * hidden_size * (input_size + hidden_size))

    def bind(self, inputs: tuple[Shape, ...]) -> dict[str, Any]:
        return {**super().bind(inputs), "gates": self.gates, "inner": self.inner}

    def tensors(self) -> Iterator[Step]:
        env = {**vars(self), "gates": self.gates, "from_size": self.input_size, "state": self.hidden_size}
        for name, formula in _TENSORS.items():
            yield name, formula, env

    def motion(self, inputs: tuple[Shape, ...], output: Shape) -> Motion:
        return Motion(full=(0,))


@final
@register
class RNNCell(Cell):
    """One step of the plain recurrent network."""

    nonlinearity: Nonlinearity = "tanh"

    gates = 1
    inner = 0
    saves = (*Cell.saves[:2], Saved(OUTPUT_TENSOR, serves=Gradient.ANY))

    def validate(self) -> None:
        self.check_word("nonlinearity")


@final
@register
class LSTMCell(Cell):
    """One step of long short-term memory."""

    gates = 4
    #: the four gates, the state (which is saved for the gates, too) and its tanh
    inner = 6
    saves = (Cell.saves[0], Cell.saves[2])


@final
@register
class GRUCell(Cell):
    """One step of the gated recurrent unit."""

    gates = 3
    inner = 6
