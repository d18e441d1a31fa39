"""The engine compared with torch for a net: every shape, parameter, multiply-accumulate and saved byte.

Nothing is allocated: torch runs the net on its meta device.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, final

from torch import Tensor
from torch.utils.flop_counter import FlopCounterMode

from shapecalc.algebra import plain
from shapecalc.layers import shape_text
from shapecalc.measures import measure
from shapecalc.measures.report import Row
from shapecalc.net import Net
from shapecalc.net.arguments import check_net
from shapecalc.page import Column, Lines, Page, Presentable, Table
from shapecalc.pytorch.bounds import check_bounds
from shapecalc.pytorch.modules.building import NetModule, build, example_inputs
from shapecalc.pytorch.modules.deformable import OPERATOR
from shapecalc.pytorch.modules.refusals import REFUSALS, first_line
from shapecalc.pytorch.operators import Operators
from shapecalc.pytorch.saving import saved_by_torch

#: Inputs per pass; torch's multiply-accumulates are divided by it.
BATCH = 2

#: The text where torch has no number to compare with.
NOT_COUNTED = "not counted by torch"

#: Operators that multiply but that torch's counter ignores.
_IGNORED = frozenset({"aten::_trilinear", OPERATOR})


@final
@dataclass(frozen=True, slots=True)
class Check:
    """A number or shape from the engine and from torch.

    Attributes:
        node: the node's name.
        quantity: "output", "MACs", "saved bytes", "runs", or the name of a parameter or buffer.
        engine: the engine's value; None if it has none of that name.
        torch: torch's value; None if it has none of that name, or no number.
        counted: whether torch has a value to compare with.
        bound: whether the engine's value is the most that torch's may be.
    """

    node: str
    quantity: str
    engine: Any
    torch: Any
    counted: bool = True
    bound: bool = False

    @property
    def ok(self) -> bool:
        """Whether the two values agree, or torch has none."""
        if not self.counted:
            return True
        return bool(self.torch <= self.engine if self.bound else self.torch == self.engine)


@final
@dataclass(frozen=True, slots=True)
class Verification(Presentable):
    """Every comparison of a net with the module built from it, node by node."""

    rows: tuple[Check, ...]

    @property
    def ok(self) -> bool:
        """Whether engine and torch agree everywhere."""
        return all(row.ok for row in self.rows)

    @property
    def not_counted(self) -> int:
        """The number of values that torch does not count."""
        return sum(not row.counted for row in self.rows)

    def page(self) -> Page:
        """Every comparison as a table, and the verdict in one line."""
        differing = sum(not row.ok for row in self.rows)
        compared = len(self.rows) - self.not_counted
        verdict = (
            f"{differing} of {compared} comparisons differ." if differing else f"All {compared} comparisons agree."
        )
        ignored = f" {self.not_counted} {NOT_COUNTED}." if self.not_counted else ""
        return Page((Table(_COLUMNS, tuple(map(_cells, self.rows))).filled(""), Lines((f"{verdict}{ignored}",))))

    def as_dict(self) -> dict[str, Any]:
        """For JSON; "ok" of a check is null where torch does not count."""
        checks = [
            {
                "node": row.node,
                "what": row.quantity,
                "ours": plain(row.engine),
                "torch": plain(row.torch),
                "bound": row.bound,
                "ok": row.ok if row.counted else None,
            }
            for row in self.rows
        ]
        return {"ok": self.ok, "compared": len(checks) - self.not_counted, "not_counted": self.not_counted,
                "checks": checks}  # fmt: skip


_COLUMNS = (
    *(Column("node", least=12), Column("what", least=12)),
    *(Column("shapecalc", least=16), Column("torch", least=16)),
    Column(""),
)


def _cells(row: Check) -> tuple[str, ...]:
    number = _text(row.torch) if row.counted else NOT_COUNTED
    engine = f"≤ {_text(row.engine)}" if row.bound else _text(row.engine)
    return row.node, row.quantity, engine, number, "" if row.ok else "differs"


def _text(value: Any) -> str:
    return shape_text(value) if isinstance(value, tuple) else "none" if value is None else str(value)


def verify(net: Net) -> Verification:
    """Build a net on torch's meta device, run it there, and compare it with the engine's measures.

    It runs once in evaluation mode, for shapes and work, and once in training, for what autograd saves: bytes of a
    batch of 2, each memory where it is first saved.

    Raises:
        ShapecalcError: the engine refuses the net, a size is a letter, the net cannot be built, or torch would take
            more steps for it than the bound.

    Example:
        >>> import shapecalc
        >>> from shapecalc.pytorch import verify
        >>> verify(shapecalc.parse("Conv2d(3, 10, 3) MaxPool2d(4)", input_shape=(3, 130, 130))).ok
        True
    """
    check_net(net)
    net = _without_inplace(net)
    report = measure(net, batch=BATCH)
    check_bounds(report)
    saved = saved_by_torch(net, BATCH)
    module = build(net, device="meta").eval()  # in training, some norms need numbers, which meta lacks
    outputs = _outputs(module, example_inputs(net, BATCH, device="meta"))
    rows: list[Check] = []
    for row, (output, flops, refusal) in zip(report, outputs, strict=False):
        if refusal:
            return Verification((*rows, Check(row.name, "runs", "yes", refusal)))
        rows.append(Check(row.name, "output", row.output_shape, output))
        rows += _check_tensors(row, module)
        macs = None if flops is None else flops // (2 * BATCH)
        rows.append(Check(row.name, "MACs", row.macs, macs, counted=macs is not None))
        rows.append(_check_saving(row, saved.get(row.name)))
    return Verification(tuple(rows))


def _without_inplace(net: Net) -> Net:
    """The net as :func:`build` makes it, in which no layer writes over its input."""
    return replace(
        net,
        nodes=tuple(
            node._replace(layer=node.layer.replace(inplace=False)) if node.layer.values.get("inplace") is True else node
            for node in net.nodes
        ),
    )


def _check_saving(row: Row, saved: int | None) -> Check:
    """What autograd saves; where torch chooses by device or version, the engine has a bound."""
    return Check(row.name, "saved bytes", row.saved, saved, counted=saved is not None, bound=bool(row.saving.reason))


def _check_tensors(row: Row, module: NetModule) -> Iterator[Check]:
    """The parameters and buffers of a node, by name."""
    part = module.part(row.name)
    torch_shapes = {name: tuple(tensor.shape) for name, tensor in (*part.named_parameters(), *part.named_buffers())}
    shapes = {**row.weights, **row.buffers}
    for name in dict.fromkeys((*shapes, *torch_shapes)):
        yield Check(row.name, name, shapes.get(name), torch_shapes.get(name))


def _outputs(module: NetModule, inputs: tuple[Tensor, ...]) -> Iterator[tuple[tuple[int, ...], int | None, str]]:
    """The output shape of each node and its operations as torch counts them (None if it cannot), or torch's refusal."""
    before = 0
    with FlopCounterMode(display=False) as counter, Operators() as operators:
        steps = module.values(*inputs)
        while True:
            operators.names.clear()
            try:
                _, value = next(steps)
            except StopIteration:
                return
            except REFUSALS as error:
                yield (), None, f"{type(error).__name__}: {first_line(error)}"
                return
            total = counter.get_total_flops()
            yield tuple(value.shape[1:]), None if operators.names & _IGNORED else total - before, ""
            before = total
