"""A network from a document: YAML or JSON, as docs/reference/net.schema.json describes it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from shapecalc import zoo
from shapecalc.errors import ShapecalcError, SpecError, did_you_mean
from shapecalc.formats.document.blocks import expand
from shapecalc.formats.document.files import from_yaml, read_model, validate_model
from shapecalc.formats.document.former import FormerNames
from shapecalc.formats.document.model import Document, ParameterValue, ShapeValue, Variant
from shapecalc.formats.document.parameters import file_values, filled
from shapecalc.formats.text.chain import read_calls
from shapecalc.formats.text.expression import Reader
from shapecalc.formats.text.shapes import ShapeLike, read_shape
from shapecalc.layers import Shape
from shapecalc.net.net import INPUT, Net


def load(path: str | Path, *, variant: str = "", input_shape: ShapeLike = ()) -> Net:
    """The network in a YAML or JSON file: :func:`shapecalc.load`, which imports this file when it is called."""
    return net_of(read_model(path, Document), variant, input_shape=input_shape, origin=str(path))


def loads(
    text: str, *, variant: str = "", input_shape: ShapeLike = (), name: str = "", origin: str = "document"
) -> Net:
    """The network that a YAML text (or JSON, which is YAML) describes; as :func:`load`."""
    document = validate_model(from_yaml(text, origin), Document, origin)
    return net_of(document, variant, input_shape=input_shape, name=name, origin=origin)


def read_architecture(architecture: str, *, input_shape: ShapeLike = (), name: str = "") -> Net:
    """A net of the zoo by its name, perhaps with values of parameters: ``resnet50(classes=10)``; as :func:`load`."""
    word, bracket, _ = architecture.partition("(")
    member = zoo.canonical(word.strip()) or word.strip()
    document = zoo_document(member)
    return net_of(
        document,
        member if document.variants else "",
        input_shape=input_shape,
        name=name,
        arguments=_arguments(member, member + architecture[len(word) :]) if bracket else {},
        former=FormerNames(member),
        origin=f"zoo:{architecture}",
    )


def _arguments(callee: str, text: str) -> Mapping[str, ParameterValue]:
    """The values of parameters behind a name."""
    reader = Reader(text)
    calls = list(read_calls(reader, (callee,)))
    reader.expect_end()
    if len(calls) != 1 or calls[0].args:
        raise SpecError(f"write the parameters by name and nothing behind them, as in zoo:{callee}(classes=10).")
    return calls[0].kwargs


def zoo_document(name: str) -> Document:
    """The document that describes a net of the zoo, and perhaps others of its family.

    Raises:
        SpecError: there is no such net; the message names the nearest.
    """
    return _zoo_file(zoo.path(name))


@lru_cache(len(zoo.FILES))
def _zoo_file(path: Path) -> Document:
    return read_model(path, Document)


def net_of(
    document: Document,
    variant: str = "",
    *,
    input_shape: ShapeLike = (),
    name: str = "",
    arguments: Mapping[str, ParameterValue] = MappingProxyType({}),
    former: Mapping[str, str] | None = None,
    origin: str = "document",
) -> Net:
    """The network that a document describes.

    Args:
        document: the content of the file.
        variant: the member of a family.
        input_shape: the shape of its one input, instead of the document's.
        name: the name of the network, instead of the document's.
        arguments: values of its parameters, instead of the member's.
        former: names that its nodes had before, for messages.
        origin: the name of the document in messages.

    Raises:
        SpecError: it is not a network; the message names the place.
    """
    try:
        member = _member(document, variant)
        if arguments:
            member = member.model_copy(update={"with_": {**member.with_, **arguments}})
        inputs = _inputs(document, member, input_shape)
        nodes, outputs, remarks = expand(document, member, inputs)
        return Net(inputs, nodes, outputs, name or variant or document.name, {} if former is None else former, remarks)
    except ShapecalcError as refused:
        raise SpecError(f"{origin}: {refused}") from None


def _member(document: Document, variant: str) -> Variant:
    if variant and variant not in document.variants:
        members = f"; it has {', '.join(document.variants)}" if document.variants else "; it has none"
        raise SpecError(f"there is no variant {variant}{did_you_mean(variant, document.variants) or members}.")
    needs = [name for name, default in document.takes.items() if default in ("", None)]
    if not variant and needs and document.variants:
        raise SpecError(f"this is a family; say which is meant, as in FILE:{next(iter(document.variants))}.")
    return document.variants[variant] if variant else Variant()


def _inputs(document: Document, member: Variant, input_shape: ShapeLike) -> dict[str, Shape]:
    if document.inputs and member.input is None:
        written: Mapping[str, ShapeValue | None] = document.inputs
    else:
        written = {INPUT: document.input if member.input is None else member.input}
    has_letters = any("{" in str(shape) for shape in written.values())
    values = file_values(document, member) if has_letters else {}
    shapes = {name: _shape(shape, values) for name, shape in written.items()}
    if input_shape == ():
        return shapes
    if len(shapes) > 1:
        raise SpecError(f"one input shape cannot serve the {len(shapes)} inputs {', '.join(shapes)}.")
    return {next(iter(shapes)): read_shape(input_shape)}


def _shape(written: ShapeValue | None, values: Mapping[str, Any]) -> Shape:
    """A shape in a file, with the values of parameters in place of their braces; an empty one is not known."""
    if isinstance(written, str) and "{" in written:
        written = filled(written, values, "the input")
    return () if written in ("", None) else read_shape(written)
