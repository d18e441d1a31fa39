"""The engine against torch, for one net: every shape, parameter and multiply-accumulate, with nothing allocated."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, final

from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import FlopCounterMode

from shapecalc.algebra import plain
from shapecalc.layers import shape_text
from shapecalc.measures import measure
from shapecalc.measures.report import Row
from shapecalc.net import Net
from shapecalc.page import Column, Lines, Page, Presentable, Table
from shapecalc.pytorch.modules.building import NetModule, build, example_inputs

#: Images per forward pass; what torch counts is divided by it.
BATCH = 2

#: What is printed where torch has no number to compare with.
NOT_COUNTED = "not counted by torch"

#: Operators that multiply and that torch's counter passes over.
_PASSED_OVER = frozenset({"aten::_trilinear"})

#: What torch refuses with.
_REFUSALS = (RuntimeError, ValueError, TypeError, IndexError, NotImplementedError)


@final
@dataclass(frozen=True, slots=True)
class Check:
    """One number or shape, from both sides.

    Attributes:
        node: the node's name.
        what: "output", "MACs", "runs", or the name of a parameter or buffer.
        ours: what the engine says; None where it has none of that name.
        torch: what torch says; None where it has none of that name, or no number.
        counted: whether torch has a number to compare with.
    """

    node: str
    what: str
    ours: Any
    torch: Any
    counted: bool = True

    @property
    def ok(self) -> bool:
        """Whether the two do not disagree."""
        return not self.counted or bool(self.ours == self.torch)


@final
@dataclass(frozen=True, slots=True)
class Verification(Presentable):
    """Every comparison of a net with the module built from it, node by node."""

    rows: tuple[Check, ...]

    @property
    def ok(self) -> bool:
        """Whether engine and torch disagree nowhere."""
        return all(row.ok for row in self.rows)

    @property
    def not_counted(self) -> int:
        """How many comparisons torch could not make."""
        return sum(not row.counted for row in self.rows)

    def page(self) -> Page:
        """Every comparison as a table, and what comes of them in one line."""
        differing = sum(not row.ok for row in self.rows)
        compared = len(self.rows) - self.not_counted
        verdict = (
            f"{differing} of {compared} comparisons differ." if differing else f"All {compared} comparisons agree."
        )
        passed_over = f" {self.not_counted} {NOT_COUNTED}." if self.not_counted else ""
        return Page((Table(_COLUMNS, tuple(map(_cells, self.rows))), Lines((f"{verdict}{passed_over}",))))

    def as_dict(self) -> dict[str, Any]:
        """For JSON; "ok" of a check is null where torch does not count."""
        checks = [
            {
                "node": row.node,
                "what": row.what,
                "ours": plain(row.ours),
                "torch": plain(row.torch),
                "ok": row.ok if row.counted else None,
            }
            for row in self.rows
        ]
        return {"ok": self.ok, "compared": len(checks) - self.not_counted, "not_counted": self.not_counted,
                "checks": checks}  # fmt: skip


_COLUMNS = (Column("node"), Column("what"), Column("shapecalc"), Column("torch", least=24, wraps=True), Column(""))


def _cells(row: Check) -> tuple[str, ...]:
    number = _text(row.torch) if row.counted else NOT_COUNTED
    return row.node, row.what, _text(row.ours), number, "" if row.ok else "differs"


def _text(value: Any) -> str:
    return shape_text(value) if isinstance(value, tuple) else "none" if value is None else str(value)


def verify(net: Net) -> Verification:
    """Build a net on torch's meta device, run it there, and compare it with the engine's measures.

    Raises:
        ShapecalcError: the engine refuses the net, a size is a letter, or the net cannot be built.

    Example:
        >>> import shapecalc
        >>> from shapecalc.pytorch import verify
        >>> verify(shapecalc.parse("Conv2d(3, 10, 3) MaxPool2d(4)", input_shape=(3, 130, 130))).ok
        True
    """
    module = build(net, device="meta").eval()  # in training some norms ask for numbers, which meta has not
    report = measure(net)
    ran = _outputs(module, example_inputs(net, BATCH, device="meta"))
    rows: list[Check] = []
    for row, (output, flops, refused) in zip(report, ran, strict=False):
        if refused:
            return Verification((*rows, Check(row.name, "runs", "yes", refused)))
        rows.append(Check(row.name, "output", row.output_shape, output))
        rows += _kept(row, module)
        macs = None if flops is None else flops // (2 * BATCH)
        rows.append(Check(row.name, "MACs", row.macs, macs, counted=macs is not None))
    return Verification(tuple(rows))


def _kept(row: Row, module: NetModule) -> Iterator[Check]:
    """The parameters and buffers of one node, by name."""
    part = module.part(row.name)
    theirs = {name: tuple(tensor.shape) for name, tensor in (*part.named_parameters(), *part.named_buffers())}
    ours = {**row.weights, **row.buffers}
    for name in dict.fromkeys((*ours, *theirs)):
        yield Check(row.name, name, ours.get(name), theirs.get(name))


def _outputs(module: NetModule, inputs: tuple[Tensor, ...]) -> Iterator[tuple[tuple[int, ...], int | None, str]]:
    """Each node's output shape and its operations as torch counts them (None where it cannot), or why it refuses."""
    before = 0
    with FlopCounterMode(display=False) as counter, _Watch() as watch:
        steps = module.values(*inputs)
        while True:
            watch.passed_over = False
            try:
                _, value = next(steps)
            except StopIteration:
                return
            except _REFUSALS as refused:
                yield (), None, f"{type(refused).__name__}: {refused}".splitlines()[0]
                return
            total = counter.get_total_flops()
            yield tuple(value.shape[1:]), None if watch.passed_over else total - before, ""
            before = total


class _Watch(TorchDispatchMode):  # type: ignore[no-untyped-call]  # torch leaves it untyped
    """Notes when an operator runs that torch's counter passes over."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.passed_over = False

    def __torch_dispatch__(
        self, func: Callable[..., Any], types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        self.passed_over |= getattr(func, "name", str)().split(".")[0] in _PASSED_OVER
        return func(*args, **(kwargs or {}))
