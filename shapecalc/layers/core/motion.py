"""How a layer moves the dimensions of its input, and what each output position reads along them.

Dimensions are counted without the batch: of channels × height × width, 0 are the channels.
"""

from collections.abc import Callable
from typing import Any, NamedTuple, final

from shapecalc.algebra import Formula, Int

#: Why positions are lost, where a layer puts them into another dimension.
MOVES = "moves positions between dimensions"
#: Why positions are lost behind a class that declares no motion.
UNDECLARED = "does not say how it moves axes"


@final
class Reads:
    """A rule for the input positions that an output position reads along one dimension.

    Args:
        taps: a formula of ``o``, the output position, and fields, for (first, step, count): the input positions
            ``first + step·k`` for k below count. When ``transposed``, it is read the other way round: the output
            positions that input position ``o`` adds to.
        cycle: a formula for (outputs, inputs): ``outputs`` output positions further on, all taps are ``inputs``
            further on.
        bound: why the taps are only a bound, where they are.
        overhang: where a rule stretches the whole input over all outputs, whatever their numbers: a formula for how
            far taps lie beyond the input at most.
    """

    __slots__ = ("bound", "cycle", "names", "overhang", "taps", "transposed")

    def __init__(
        self,
        taps: Callable[..., Any],
        cycle: Callable[..., Any],
        *,
        transposed: bool = False,
        bound: str = "",
        overhang: Callable[..., int] | None = None,
    ) -> None:
        self.taps = Formula(taps)
        self.cycle = Formula(cycle)
        self.overhang = None if overhang is None else Formula(overhang)
        self.names = tuple(name for name in dict.fromkeys((*self.taps.names, *self.cycle.names)) if name != "o")
        self.transposed = transposed
        self.bound = bound


class Slide(NamedTuple):
    """A rule at work along one dimension; equal slides read alike, whatever the size of the input.

    Attributes:
        reads: the rule.
        arguments: the values of the rule's names, in their order.
        edge: what is read outside the input: nothing ("zeros"), or the input "reflect"ed, "replicate"d or "circular".
        cropped: how many positions at either end "circular" leaves out before it continues the rest.
    """

    reads: Reads
    arguments: tuple[Any, ...]
    edge: str = "zeros"
    cropped: tuple[Int, Int] = (0, 0)

    def taps(self, position: Int) -> tuple[Any, Any, Any]:
        """The taps of one output position (of an input position, where the rule is transposed)."""
        taps: tuple[Any, Any, Any] = self.reads.taps.at(self._env() | {"o": position})
        return taps

    def cycle(self) -> tuple[Any, Any]:
        """After how many outputs the taps repeat, and how many inputs further on they are then."""
        cycle: tuple[Any, Any] = self.reads.cycle.at(self._env())
        return cycle

    def overhang(self) -> int | None:
        """How far taps lie beyond the input at most, where the rule stretches all of it over the outputs; else None."""
        formula = self.reads.overhang
        return None if formula is None else formula.at(self._env())

    def _env(self) -> dict[str, Any]:
        return dict(zip(self.reads.names, self.arguments, strict=True))


class Motion(NamedTuple):
    """How a layer moves and reads dimensions; as it stands, every position stays and reads itself alone.

    Where several inputs are read, this is said of each of them.

    Attributes:
        dims: for each output dimension the input dimensions that run along it: several where they are joined, none
            where the dimension is new; None where all dimensions stay as they are.
        slides: the dimensions along which an output reads a window, each with its rule.
        full: the dimensions that every output reads from end to end.
        causal: those of them that an output reads up to its own position only.
        lost: the dimensions whose positions the layer puts elsewhere: any output may read any position.
        reason: why they are lost, as the rest of a sentence that starts with the name of the layer.
        joined: the dimension along which the inputs stand one behind the other; None where an output reads all of
            them at its own position.
        sizes: the inputs, by number, of which only the size is read.
        statistics: the dimensions over which a norm takes the statistics of the input at hand: every output reads them
            from end to end, but for the local path.
        parts_channels: whether the channels that come out read different positions.
        gathers_channels: whether neighbouring positions that come out are from different channels.
    """

    dims: tuple[tuple[int, ...], ...] | None = None
    slides: tuple[tuple[int, Slide], ...] = ()
    full: tuple[int, ...] = ()
    causal: tuple[int, ...] = ()
    lost: tuple[int, ...] = ()
    reason: str = MOVES
    joined: int | None = None
    sizes: tuple[int, ...] = ()
    statistics: tuple[int, ...] = ()
    parts_channels: bool = False
    gathers_channels: bool = False

    def place(self, dim: int) -> int | None:
        """The output dimension that an input dimension runs along; None where there is none."""
        if self.dims is None:
            return dim
        return next((place for place, dims in enumerate(self.dims) if dim in dims), None)

    def keeps_apart(self, place: int) -> bool:
        """Whether at most one input dimension runs along an output dimension."""
        return self.dims is None or len(self.dims[place]) == 1

    def slide(self, dim: int) -> Slide | None:
        """The rule by which an output reads a window along a dimension, if it does."""
        return next((slide for place, slide in self.slides if place == dim), None)

    def reads_all(self, dim: int) -> bool:
        """Whether every output reads a dimension from end to end."""
        return dim in self.full or dim in self.statistics

    def loses(self, dim: int) -> bool:
        """Whether the order of the positions along a dimension is lost, but for what is read from end to end."""
        ends = dim not in self.full and self.place(dim) is None and self.slide(dim) is None
        return dim in self.lost or dim == self.joined or ends

    def resizes(self, dim: int) -> bool:
        """Whether other positions may come out along a dimension than go in."""
        return dim in self.full or dim in self.lost or dim == self.joined or self.slide(dim) is not None


#: The motion of a layer that works on each entry by itself.
STILL = Motion()


def scattered(inputs: int, outputs: int, reason: str = MOVES) -> Motion:
    """The motion of a layer behind which no dimension runs along those that come in.

    Args:
        inputs: how many dimensions come in.
        outputs: how many come out.
        reason: why the positions are lost.
    """
    return Motion(dims=((),) * outputs, lost=tuple(range(inputs)), reason=reason)
