"""What a student is shown of a network: its input and its layers, and nothing that is worked out from them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from shapecalc.layers import shape_text
from shapecalc.net import Net

#: The most lines of a network that are shown.
MAX_LINES = 120
#: The layer of a net of which only the input is asked about.
_NOTHING = "Identity()"


def net_lines(net: Net) -> tuple[str, ...]:
    """A network as lines: its inputs with their shapes, and its layers with their names.

    A layer that reads something else than the line above says what.
    """
    rows = [*_inputs(net), *_layers(net)]
    width = max(len(name) for name, _ in rows)
    lines = [f"{name:<{width}}  {words}" for name, words in rows]
    if net.outputs != (net.nodes[-1].name,):
        lines.append(f"its outputs are those of {' and '.join(net.outputs)}")
    if len(lines) > MAX_LINES:
        lines[MAX_LINES:] = [f"and {len(lines) - MAX_LINES:,} more lines"]
    return tuple(lines)


def stands_in(text: str, net: Net) -> bool:
    """Whether a text has every input shape and every layer of a network, so that a student can read all of it there."""
    words = _bare(text)
    return all(_bare(part) in words for _, part in (*_inputs(net), *_layers(net)))


def is_quoted(layers: str, text: str) -> bool:
    """Whether a text has these layers, whatever the spaces."""
    return _bare(layers) in _bare(text)


def _inputs(net: Net) -> Iterator[tuple[str, str]]:
    for name, shape in net.inputs.items():
        if shape:
            yield name, shape_text(shape)


def _layers(net: Net) -> Iterator[tuple[str, str]]:
    before: Iterable[str] = tuple(net.inputs)[:1] if len(net.inputs) == 1 else ()
    for node in net.nodes:
        if str(node.layer) != _NOTHING:
            remarks = [f"reads {' and '.join(node.inputs)}"] if node.inputs != before and node.inputs else []
            remarks += [f"has the weights of {node.share}"] if node.share else []
            yield node.name, "; ".join((str(node.layer), *remarks))
        before = (node.name,)


def _bare(text: str) -> str:
    return "".join(text.split())
