"""The argument that most functions of the library take: a net, refused where it is something else."""

from __future__ import annotations

from shapecalc.errors import check_type, quoted
from shapecalc.net.net import Net


def check_net(net: object, name: str = "net") -> None:
    """Refuse what is no net.

    Raises:
        SpecError: it is something else; the message says how to get a net from it.
    """
    if isinstance(net, Net):
        return
    if isinstance(net, str):
        remedy = f"Read it first: shapecalc.parse({quoted(net)}), or shapecalc.open_net for a path."
    elif isinstance(getattr(net, "net", None), Net):
        remedy = f"A {type(net).__name__} has its net as .net."
    else:
        remedy = "shapecalc.parse, shapecalc.load and shapecalc.Builder make nets."
    check_type(name, net, Net, "a net", remedy)
