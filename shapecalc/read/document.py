"""The file door: a network as YAML or JSON. The schema is published as docs/reference/net.schema.json."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

from shapecalc.errors import ShapecalcError, SpecError
from shapecalc.layers import Layer, Shape, shape_text
from shapecalc.net.net import INPUT, Net, Node, fresh
from shapecalc.read.files import checked, from_yaml, read_model
from shapecalc.read.inline import read_layer, read_layers
from shapecalc.read.sizes import read_shape

Sizes = str | int | list[int | str]


class Entry(BaseModel):
    """One layer of a network."""

    model_config = ConfigDict(extra="forbid")

    layer: str = Field(description="The layer in torch's call syntax, for example Conv2d(3, 10, 3).")
    name: str = Field(default="", description="What to call it; found from the layer where it is left out.")
    inputs: str | list[str] = Field(default=[], description="What it reads; the layer before it, by default.")
    share: str = Field(default="", description="An earlier layer whose weights it uses.")
    trainable: bool = Field(default=True, description="Whether training changes its weights.")


class Document(BaseModel):
    """A network: the shape of its input and its layers."""

    model_config = ConfigDict(extra="forbid", title="A shapecalc network")

    name: str = Field(default="", description="What the network is called.")
    input: Sizes | None = Field(default=None, description="The shape of its one input, without the batch: 3x130x130.")
    inputs: dict[str, Sizes] = Field(default={}, description="Several inputs: the shape of each by name.")
    layers: list[str | Entry] = Field(
        min_length=1, description="Layers; a text is one layer or a chain of them, each reading the one before it."
    )
    outputs: list[str] = Field(default=[], description="What comes out: names of layers; the last one, by default.")

    @model_validator(mode="after")
    def _one_kind_of_input(self) -> Document:
        if self.input is not None and self.inputs:
            raise ValueError("give either input or inputs")
        return self


def load(path: str | Path, *, input_shape: Shape | str | int = ()) -> Net:
    """The network in a YAML or JSON file: :func:`shapecalc.load`, which brings this file along when it is needed."""
    return _net(read_model(path, Document), input_shape, str(path))


def loads(text: str, *, input_shape: Shape | str | int = (), where: str = "document") -> Net:
    """The network that a YAML text (or JSON, which is YAML) describes; as :func:`load`."""
    return _net(checked(from_yaml(text, where), Document, where), input_shape, where)


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
        given: dict[str, Any] = {} if node.name == fresh(node.layer, counts, taken) else {"name": node.name}
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


def _net(document: Document, input_shape: Shape | str | int, where: str) -> Net:
    try:
        inputs = _inputs(document, input_shape)
        return Net(inputs, tuple(_nodes(document.layers, list(inputs))), tuple(document.outputs), document.name)
    except ShapecalcError as refused:
        raise SpecError(f"{where}: {refused}") from None


def _inputs(document: Document, input_shape: Shape | str | int) -> dict[str, Shape]:
    shapes = {name: read_shape(shape) for name, shape in document.inputs.items()}
    if not shapes:
        shapes = {INPUT: read_shape(document.input) if document.input is not None else ()}
    if input_shape == ():
        return shapes
    if len(shapes) > 1:
        raise SpecError(f"one input shape cannot serve the {len(shapes)} inputs {', '.join(shapes)}.")
    return {next(iter(shapes)): read_shape(input_shape)}


def _nodes(entries: list[str | Entry], names: list[str]) -> list[Node]:
    nodes: list[Node] = []
    counts: dict[str, int] = {}
    taken = set(names)
    before = names[0]
    for number, entry in enumerate(entries, 1):
        try:
            found = _layers(entry)
        except SpecError as refused:
            raise SpecError(f"layer {number}: {refused}") from None
        for layer, given in found:
            reads = [given.inputs] if isinstance(given.inputs, str) else given.inputs
            name = given.name or fresh(layer, counts, taken)
            nodes.append(Node(name, layer, tuple(reads) or (before,), given.share, given.trainable))
            taken.add(name)
            before = name
    return nodes


def _layers(entry: str | Entry) -> list[tuple[Layer, Entry]]:
    if isinstance(entry, Entry):
        return [(read_layer(entry.layer), entry)]
    return [(layer, Entry(layer=entry)) for layer in read_layers(entry)]


def _written(shape: Shape) -> Any:
    return shape_text(shape) if shape else None
