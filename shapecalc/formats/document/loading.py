"""The file door: a network as YAML or JSON. The schema is published as docs/reference/net.schema.json."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from shapecalc import zoo
from shapecalc.errors import ShapecalcError, SpecError, did_you_mean
from shapecalc.formats.document.blocks import expand
from shapecalc.formats.document.files import checked, from_yaml, read_model
from shapecalc.formats.document.model import Document, Variant
from shapecalc.formats.text.shapes import read_shape
from shapecalc.layers import Shape, shape_text
from shapecalc.net.net import INPUT, Net, fresh_name


def load(path: str | Path, *, variant: str = "", input_shape: Shape | str | int = ()) -> Net:
    """The network in a YAML or JSON file: :func:`shapecalc.load`, which brings this file along when it is needed."""
    return net_of(read_model(path, Document), variant, input_shape=input_shape, where=str(path))


def loads(text: str, *, variant: str = "", input_shape: Shape | str | int = (), where: str = "document") -> Net:
    """The network that a YAML text (or JSON, which is YAML) describes; as :func:`load`."""
    return net_of(checked(from_yaml(text, where), Document, where), variant, input_shape=input_shape, where=where)


def read_architecture(name: str, *, input_shape: Shape | str | int = ()) -> Net:
    """The net of the zoo that has this name; as :func:`load`."""
    document = architecture(name)
    variant = name if document.variants else ""
    return net_of(document, variant, input_shape=input_shape, where=f"zoo:{name}")


def architecture(name: str) -> Document:
    """The document that describes a net of the zoo, and perhaps others of its family.

    Raises:
        SpecError: there is no such net; the message names the nearest.
    """
    return _architecture(zoo.path(name))


@lru_cache
def _architecture(path: Path) -> Document:
    return read_model(path, Document)


def dump(net: Net) -> dict[str, Any]:
    """The network as a document: what :func:`load` reads, and nothing that it would find out by itself."""
    shapes = {name: _written(shape) for name, shape in net.inputs.items()}
    document: dict[str, Any] = {"name": net.name} if net.name else {}
    if list(shapes) == [INPUT]:
        document |= {"input": shapes[INPUT]} if shapes[INPUT] else {}
    else:
        document["inputs"] = shapes
    before, counts, taken = next(iter(net.inputs)), {}, set(net.inputs)  # type: tuple[str, dict[str, int], set[str]]
    layers: list[Any] = []
    for node in net.nodes:
        given: dict[str, Any] = {} if node.name == fresh_name(node.layer, counts, taken) else {"name": node.name}
        given["layer"] = repr(node.layer)
        if node.inputs != (before,):
            given["inputs"] = list(node.inputs)
        given |= {"share": node.share} if node.share else {}
        given |= {} if node.trainable else {"trainable": False}
        layers.append(given["layer"] if list(given) == ["layer"] else given)
        before = node.name
        taken.add(node.name)
    document["layers"] = layers
    if net.outputs != (before,):
        document["outputs"] = list(net.outputs)
    return document


def dumps(net: Net) -> str:
    """The network as YAML text; ``loads`` gives the same network back."""
    return yaml.safe_dump(dump(net), sort_keys=False, allow_unicode=True, width=120)


def net_of(
    document: Document, variant: str = "", *, input_shape: Shape | str | int = (), where: str = "document"
) -> Net:
    """The network that a document describes.

    Args:
        document: what the file says.
        variant: which member, where the document is of a family.
        input_shape: the shape of its one input, where the document gives none or another is wanted.
        where: what the document is called in messages.

    Raises:
        SpecError: it is not a network; the message names the place.
    """
    try:
        member = _member(document, variant)
        inputs = _inputs(document, member, input_shape)
        nodes, outputs = expand(document, member, list(inputs))
        return Net(inputs, nodes, outputs, variant or document.name)
    except ShapecalcError as refused:
        raise SpecError(f"{where}: {refused}") from None


def _member(document: Document, variant: str) -> Variant:
    if variant and variant not in document.variants:
        known = f"; it has {', '.join(document.variants)}" if document.variants else "; it has none"
        raise SpecError(f"there is no variant {variant}{did_you_mean(variant, document.variants) or known}.")
    needs = [name for name, default in document.takes.items() if default in ("", None)]
    if not variant and needs and document.variants:
        raise SpecError(f"this is a family; say which is meant, as in FILE:{next(iter(document.variants))}.")
    return document.variants[variant] if variant else Variant()


def _inputs(document: Document, member: Variant, input_shape: Shape | str | int) -> dict[str, Shape]:
    shapes = {name: read_shape(shape) for name, shape in document.inputs.items()}
    own = document.input if member.input is None else member.input
    if not shapes or member.input is not None:
        shapes = {INPUT: read_shape(own) if own is not None else ()}
    if input_shape == ():
        return shapes
    if len(shapes) > 1:
        raise SpecError(f"one input shape cannot serve the {len(shapes)} inputs {', '.join(shapes)}.")
    return {next(iter(shapes)): read_shape(input_shape)}


def _written(shape: Shape) -> Any:
    return shape_text(shape) if shape else None
