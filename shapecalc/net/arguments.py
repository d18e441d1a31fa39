"""The argument that most functions of the library take: a net, refused where it is something else."""

from __future__ import annotations

from shapecalc.errors import ShapecalcError, check_type, quoted
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


def check_computes(net: Net, action: str) -> None:
    """Refuse a net with nodes of which it holds the shapes alone: functions without a layer, and numbers of a program.

    Args:
        net: the net.
        action: what cannot be done with it, as a participle.

    Raises:
        ShapecalcError: it has such nodes; the message names the first and says what to do.
    """
    nodes = [node for node in net.nodes if node.layer.is_shape_alone]
    if nodes:
        others = len(nodes) - 1
        more = f", like {others} other {'node' if others == 1 else 'nodes'}" if others else ""
        raise ShapecalcError(
            f"{nodes[0].name} is {nodes[0].layer!r}, of which the net holds the shape and not the numbers{more}; "
            f"it cannot be {action}. Use the module or the file that the net was made from."
        )
