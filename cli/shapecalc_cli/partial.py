"""What ``explain`` and the calculators still say of a net that a layer refuses: the layers before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shapecalc.errors import ShapeError
    from shapecalc.net import Net


def explain_before(net: Net, refusal: ShapeError, *, json: bool, pages: bool = True) -> None:
    """Print the layers before the one that refuses; with --json also the refusal, which ends the command.

    Args:
        net: the whole net.
        refusal: why it is refused, and where.
        json: whether JSON is printed.
        pages: whether the layers are printed where it is not.
    """
    from shapecalc.derivations import explain
    from shapecalc.measures.partial import part_before, partial_report
    from shapecalc_cli.output import leave, say, say_json, show

    part = part_before(net, refusal.node)
    explanation = None if part is None else explain(part)
    if json:
        layers = {} if explanation is None else explanation.as_dict()
        say_json(
            {**partial_report(net, refusal).as_dict(), **layers, "refused": refusal.as_dict(), "error": str(refusal)}
        )
        leave(str(refusal))
    if pages and explanation is not None:
        show(explanation.page(totals=False))
        say("")
