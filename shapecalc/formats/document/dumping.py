"""A network as a document, without what the reader of documents adds by itself."""

from __future__ import annotations

from typing import Any, final

import yaml

from shapecalc.errors import ShapecalcError, SpecError
from shapecalc.formats.document.blocks import MAX_NODES
from shapecalc.formats.text.shapes import read_shape
from shapecalc.formats.text.tokens import MAX_TEXT
from shapecalc.layers import REGISTRY, Shape, shape_text
from shapecalc.net.arguments import check_computes
from shapecalc.net.net import INPUT, Net, Node, default_name


def dumps(net: Net) -> str:
    """The network as YAML: :func:`shapecalc.dumps`, which imports this file when it is called."""
    text = yaml_text(dump(net))
    if len(text) > MAX_TEXT:
        raise SpecError(f"The network takes {len(text):,} characters; a file has at most {MAX_TEXT:,}.")
    return text


def yaml_text(content: Any) -> str:
    """Lists, mappings and texts as YAML, in their order."""
    text: str = yaml.dump(content, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)
    return text


@final
class _Dumper(yaml.SafeDumper):
    """Escapes what cannot be printed: PyYAML writes some line breaks in a way that its reader changes."""

    def represent_str(self, text: str) -> yaml.ScalarNode:
        return self.represent_scalar("tag:yaml.org,2002:str", text, style=None if text.isprintable() else '"')


_Dumper.add_representer(str, _Dumper.represent_str)


def dump(net: Net) -> dict[str, Any]:
    """The network as the content of a network file.

    Raises:
        SpecError: it has more layers than a file may have, or a shape or a layer that cannot be written.
        ShapecalcError: it has nodes of which it holds the shapes alone.
    """
    if len(net) > MAX_NODES:
        raise SpecError(f"The network has {len(net):,} layers; a file has at most {MAX_NODES:,}.")
    check_computes(net, "saved")
    document: dict[str, Any] = {"name": net.name} if net.name else {}
    document |= _inputs(net)
    document["layers"] = _entries(net)
    if net.outputs != (net.nodes[-1].name,):
        document["outputs"] = list(net.outputs)
    return document


def _inputs(net: Net) -> dict[str, Any]:
    if list(net.inputs) != [INPUT]:
        return {"inputs": {name: _shape(shape) for name, shape in net.inputs.items()}}
    shape = net.inputs[INPUT]
    return {"input": _shape(shape)} if shape else {}


def _shape(shape: Shape) -> str | list[int | str]:
    """A shape in one word, or as a list if the word would be read as another shape (a letter may have an x)."""
    if not shape:
        return ""  # an unknown shape; the reader of YAML would take null for a letter
    sizes = [size if isinstance(size, int) else str(size) for size in shape]
    for written in (shape_text(shape), sizes):
        if _reads_as(written, shape):
            return written
    raise SpecError(f"The shape {shape_text(shape)} cannot be written into a file.")


def _reads_as(written: object, shape: Shape) -> bool:
    try:
        return read_shape(written) == shape
    except ShapecalcError:
        return False


def _entries(net: Net) -> list[str | dict[str, Any]]:
    counts: dict[str, int] = {}
    above, names = next(iter(net.inputs)), set(net.inputs)
    entries: list[str | dict[str, Any]] = []
    for node in net.nodes:
        if REGISTRY.get(type(node.layer).__name__) is not type(node.layer):
            raise SpecError(f"{node.name}: no file can hold {node.layer!r}, which no reader of files knows.")
        entry = {**_name(node, counts, names), "layer": repr(node.layer)}
        if node.inputs and node.inputs != (above,):
            entry["inputs"] = list(node.inputs)
        if node.share:
            entry["share"] = node.share
        if not node.trainable:
            entry["trainable"] = False
        entries.append(entry["layer"] if list(entry) == ["layer"] else entry)
        above = node.name
        names.add(node.name)
    return entries


def _name(node: Node, counts: dict[str, int], names: set[str]) -> dict[str, Any]:
    """The name, unless the reader gives the same; the reader counts only the nodes without a name."""
    counts_after = dict(counts)
    if default_name(node.layer, counts_after, names) != node.name:
        return {"name": node.name}
    counts.update(counts_after)
    return {}
