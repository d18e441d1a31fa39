"""The report: every measure of a net, by layer and in total."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, final

from shapecalc.algebra import Int, plain, product, total
from shapecalc.layers import Layer, Shape
from shapecalc.layers.core.axiswise import axis_names
from shapecalc.measures.field.axis import AxisField
from shapecalc.measures.field.sequences import TIME, is_sequence
from shapecalc.measures.field.state import State
from shapecalc.measures.layer import LayerMeasures
from shapecalc.measures.memory import CONVENTION as MEMORY_CONVENTION
from shapecalc.measures.memory import Memory
from shapecalc.measures.row_data import field_data, layer_data, local_data, shape_data
from shapecalc.measures.saving import LayerSaving
from shapecalc.measures.work import CONVENTION, add_work
from shapecalc.net import Net, Node
from shapecalc.page import Page, Presentable

if TYPE_CHECKING:
    from shapecalc.measures.domain import Domain
    from shapecalc.measures.summary import Summary


class Row(NamedTuple):
    """One layer's measures; a tuple, because a net has thousands and a tuple is made in a tenth of the time.

    Attributes:
        node: the node of the net.
        measures: those of the layer on its input shapes, wherever in a net that is.
        state: what is seen behind the layer.
        saving: what training adds here.
    """

    node: Node
    measures: LayerMeasures
    state: State
    saving: LayerSaving

    @property
    def name(self) -> str:
        """The node's name."""
        return self.node.name

    @property
    def reads(self) -> tuple[str, ...]:
        """The names of the nodes or inputs that it reads."""
        return self.node.inputs

    @property
    def share(self) -> str:
        """The node whose weights it uses, or ""."""
        return self.node.share

    @property
    def trainable(self) -> bool:
        """Whether training changes its weights."""
        return self.node.trainable

    @property
    def layer(self) -> Layer:
        """The layer, its omitted counts filled in."""
        return self.measures.layer

    @property
    def input_shapes(self) -> tuple[Shape, ...]:
        """What comes in, one shape for each input, without the batch."""
        return self.measures.input_shapes

    @property
    def output_shape(self) -> Shape:
        """What comes out."""
        return self.measures.output_shape

    @property
    def weights(self) -> Mapping[str, Shape]:
        """The shape of each parameter by its torch name, whether or not it is shared."""
        return self.measures.tensors.weights

    @property
    def buffers(self) -> Mapping[str, Shape]:
        """The shape of each tensor that is kept but not trained."""
        return self.measures.tensors.buffers

    @property
    def values(self) -> Int:
        """How many numbers come out."""
        return product(self.measures.output_shape)

    @property
    def parameters(self) -> Int:
        """How many numbers the weights hold; 0 where another node owns them."""
        return 0 if self.node.share else self.measures.parameters

    @property
    def macs(self) -> Int | None:
        """Multiply-accumulates for one input; None where they are not known."""
        return self.measures.macs

    @property
    def saved(self) -> Int:
        """Bytes that autograd saves here for the way back and has not saved before."""
        return self.saving.saved

    @property
    def fields(self) -> tuple[AxisField, ...]:
        """The receptive field along each axis of the net's input."""
        return self.state.axes

    @property
    def local_fields(self) -> tuple[AxisField, ...]:
        """The receptive field along the local path: through windows, without gates and statistics of a whole map."""
        return (self.state.local or self.state).axes

    @property
    def type(self) -> str:
        """The layer's torch class."""
        return type(self.layer).__name__

    @property
    def status(self) -> str:
        """The word exact, or bound where the receptive field is only a bound."""
        return "bound" if self.reason else "exact"

    @property
    def reason(self) -> str:
        """Why the receptive field is only a bound, or ""."""
        return next((axis.bound for axis in self.fields if axis.bound), "")

    def as_dict(self) -> dict[str, Any]:
        """For JSON: numbers as they are, expressions as text."""
        node, measures, _, saving = self
        kind, text, parameters, weights, buffers = layer_data(measures.layer.interned)
        shapes, output, values, macs = shape_data(measures)
        return {
            "name": node.name,
            "type": kind,
            "layer": text,
            "inputs": list(node.inputs),
            "input_shape": list(shapes[0]) if len(shapes) == 1 else list(map(list, shapes)),
            "output_shape": list(output),
            "values": values,
            "parameters": 0 if node.share else parameters,
            "trainable": node.trainable,
            "weights": {name: list(shape) for name, shape in weights} if weights else {},
            "buffers": {name: list(shape) for name, shape in buffers} if buffers else {},
            **({"share": node.share} if node.share else {}),
            "macs": macs,
            "saved": plain(saving.saved),
            "receptive_field": self._field_data(),
        }

    def _field_data(self) -> dict[str, Any]:
        state = self.state
        sizes, jumps, starts, reason = field_data(state.layout, state.entries)
        reason = reason or (self.reason if self.measures.has_letters else "")
        data: dict[str, Any] = {
            "size": list(sizes),
            "jump": list(jumps),
            "start": list(starts),
            "status": "bound" if reason else "exact",
        }
        if reason:
            data["reason"] = reason
        if state.local is not None:
            data["local"] = local_data(state.local)
        return data


@final
@dataclass(frozen=True, eq=False, repr=False)  # a report prints as a table, and is compared by its as_dict()
class Report(Presentable):
    """All measures of a net; iterate over it for its rows, index it by a node's name.

    Attributes:
        net: what was measured.
        rows: one for each node, in order.
        parameters: how many numbers all weights hold; weights that are used twice count once.
        trainable: those of them that training changes.
        buffers: how many numbers are kept but not trained.
        macs: multiply-accumulates for one input; None where those of a layer are not known.
        memory: bytes.
        has_letters: whether letters stand for some sizes of the input or arguments of layers.
        domain: the numbers that the letters may stand for; None where there are no letters.
        steps: the work that it took, counted: the same for the same net.
    """

    net: Net
    rows: tuple[Row, ...]
    parameters: Int
    trainable: Int
    buffers: Int
    macs: Int | None
    memory: Memory
    has_letters: bool = False
    domain: Domain | None = None
    steps: int = 0

    @property
    def training_macs(self) -> Int | None:
        """Multiply-accumulates of a training step of the batch: forward, and back for each gradient that is needed."""
        steps = [row.saving.passes * macs for row in self.rows if (macs := row.measures.macs) is not None]
        if len(steps) < len(self.rows):
            return None
        return self.memory.batch * total(steps)

    @cached_property
    def field_axes(self) -> tuple[str, ...]:
        """What the axes are called that receptive fields are given along: height and width, or time for sequences."""
        if is_sequence(self.net):
            return (TIME,)
        shape = next(iter(self.net.inputs.values()))
        return axis_names(max(len(shape) - 1, 1))

    def unused(self) -> tuple[Row, ...]:
        """The rows of nodes that no output needs; their work counts, because torch does it as the code is written."""
        needed = self.net.needed()
        return tuple([row for row in self.rows if row.node.name not in needed])

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, name: str) -> Row:
        places = self.places
        if isinstance(name, str) and name in places:
            return self.rows[places[name]]
        raise self.net.missing(name)

    def warnings(self) -> tuple[str, ...]:
        """What is legal, and still goes wrong in torch or is hardly what was meant, each in a sentence."""
        from shapecalc.measures.warnings import warnings_of  # noqa: PLC0415  only what is printed has warnings

        return tuple(warnings_of(self))

    def shape_of(self, name: str) -> Shape:
        """The shape of a node's output, or of an input of the net."""
        return self.net.inputs[name] if isinstance(name, str) and name in self.net.inputs else self[name].output_shape

    @cached_property
    def places(self) -> dict[str, int]:
        """Where each node's row stands."""
        return {row.node.name: place for place, row in enumerate(self.rows)}

    @property
    def output_shape(self) -> Shape:
        """What comes out of the net: of its first output, where it has several."""
        return self[self.net.outputs[0]].output_shape if self.net.outputs[0] not in self.net.inputs else ()

    def as_dict(self) -> dict[str, Any]:
        """What ``--json`` prints: see docs/reference/json.md. Numbers are plain; an expression is a string."""
        shapes = {name: plain(shape) for name, shape in self.net.inputs.items()}
        unused = self.unused()
        idle = {"nodes": [row.name for row in unused], "macs": plain(add_work([row.macs for row in unused]))}
        warnings = list(self.warnings())
        outputs = {name: plain(self[name].output_shape) for name in self.net.outputs}
        return {
            **({"name": self.net.name} if self.net.name else {}),
            "input": next(iter(shapes.values())) if len(shapes) == 1 else shapes,
            "layers": [row.as_dict() for row in self.rows],
            "output_shape": plain(self.output_shape),
            "values": plain(product(self.output_shape)),
            **({"outputs": outputs} if len(outputs) > 1 else {}),
            "parameters": plain(self.parameters),
            "trainable": plain(self.trainable),
            "buffers": plain(self.buffers),
            "macs": plain(self.macs),
            "training_macs": plain(self.training_macs),
            **({"unused": idle} if unused else {}),
            **({"warnings": warnings} if warnings else {}),
            "memory": self.memory.as_dict(),
            "setting": self.memory.setting.as_dict(),
            **({"field_axes": [TIME]} if self.field_axes == (TIME,) else {}),
            "conventions": {"macs": CONVENTION, "memory": MEMORY_CONVENTION},
            **({} if self.domain is None else {"domain": self.domain.as_dict()}),
        }

    def fold(self, depth: int, *, columns: str | Sequence[str] = ()) -> Summary:
        """The layers in blocks, with subtotals: a depth of 1 folds layer1.0.conv1 into layer1, 2 into layer1.0.

        The ``columns`` are the titles of those to show, or a text with commas between them. SpecError is raised where
        the depth is below 1, or a column is not known.
        """
        return self.summary(depth=depth, columns=columns)

    def by_type(self, *, columns: str | Sequence[str] = ()) -> Summary:
        """The sums over all layers of each type, columns as in :meth:`fold`."""
        return self.summary(by_type=True, columns=columns)

    def summary(self, **choice: Any) -> Summary:
        """The report in other rows or columns: see :func:`shapecalc.measures.summary.summarize`."""
        from shapecalc.measures.summary import summarize  # noqa: PLC0415  few ask for it

        return summarize(self, **choice)

    def page(self) -> Page:
        """The layers as a table, and the totals."""
        from shapecalc.measures.report_page import report_page  # noqa: PLC0415  few commands print a report

        return report_page(self)
