"""A net as text that the doors read again: a chain in one line, a graph as a document."""

from __future__ import annotations

from shapecalc.net import Net


def spec(net: Net) -> str:
    """The network in the syntax of :func:`shapecalc.parse` if it is a chain, else of :func:`shapecalc.load`."""
    if net.is_chain:
        return " ".join(repr(node.layer) for node in net.nodes)
    from shapecalc.formats.document.loading import dumps  # yaml and pydantic, which a chain does not need

    return dumps(net)
