"""The content of a network file as pydantic models, from which docs/reference/net.schema.json is written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from shapecalc.formats.document.published import read_published_count

#: A shape without the batch.
ShapeValue = str | int | list[int | str]
#: The value of a parameter: a number, or an argument as text. A default that is empty has to be given.
ParameterValue = str | bool | int | float | None
#: Layers one behind the other: a text, or a list of entries. An empty list passes on its input.
LayerPath = str | list["str | LayerEntry"]


def _is_count(text: str) -> str:
    return read_published_count(text).text


Printed = Annotated[str, BeforeValidator(lambda value: str(value)), AfterValidator(_is_count)]  # noqa: PLW0108  a plain str would be shown as a type


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Published(_Model):
    """Numbers that somebody printed, exactly (25557032) or rounded (4.2M)."""

    parameters: Printed | None = Field(default=None, description="How many numbers are trained.")
    macs: Printed | None = Field(default=None, description="Multiply-accumulates for one input.")
    source: str = Field(default="", description="The source of these numbers, if it is not that of the network.")


class About(_Model):
    """The source of a network, and the counts that were published."""

    title: str = Field(default="", description="The name of the network in prose.")
    source: str = Field(default="", description="The paper or the page that defines it, as an address.")
    year: int | None = Field(default=None, description="The year of its publication.")
    published: Published = Field(default=Published(), description="The counts of its authors or others.")
    note: str = Field(default="", description="Why a printed number differs from ours.")


class LayerEntry(_Model):
    """One layer of a network, one use of a block, or paths side by side."""

    layer: str = Field(
        default="",
        description="A layer in torch's call syntax, for example Conv2d(3, 10, 3), or a block called like one.",
    )
    layers: list[str | LayerEntry] | None = Field(default=None, description="Several entries under one name.")
    sequential: LayerPath | None = Field(
        default=None, description="Several entries, numbered from 0 as in torch's Sequential where they have no name."
    )
    residual: LayerPath | None = Field(default=None, description="A path whose output is added to its input.")
    skip: LayerPath | None = Field(default=None, description="The other path of a residual; empty by default.")
    parallel: list[LayerPath] | None = Field(
        default=None, min_length=1, description="Paths with the same input; their outputs are concatenated."
    )
    dense: LayerPath | None = Field(default=None, description="A path whose output is concatenated to its input.")
    merge: str = Field(default="", description="The layer that joins the paths: Add() for residual, else Concat().")
    repeat: str | int | None = Field(default=None, description="The number of repetitions, one behind the other.")
    index: str = Field(default="", description="The letter that counts the repetitions from 0.")
    name: str = Field(
        default="", description="Its name; by default made from the layer. {n} in it is the value of a parameter."
    )
    inputs: str | list[str] = Field(default=[], description="Its inputs; by default the layer before it.")
    share: str = Field(default="", description="An earlier layer or block whose weights it uses.")
    trainable: bool = Field(default=True, description="Whether training changes its weights.")

    @property
    def paths(self) -> tuple[list[LayerPath], str]:
        """The paths side by side, and the layer that joins them; "" for one path alone."""
        if self.residual is not None:
            return [self.residual, self.skip or []], self.merge or "Add()"
        if self.dense is not None:
            return [[], self.dense], self.merge or "Concat()"
        if self.parallel is not None:
            return self.parallel, self.merge or "Concat()"
        return [self.layers or self.sequential or []], ""

    @model_validator(mode="after")
    def _one_kind(self) -> LayerEntry:
        kinds = ("layer", "layers", "sequential", "residual", "parallel", "dense")
        present = [kind for kind in kinds if getattr(self, kind) not in ("", None)]
        if len(present) != 1:
            raise ValueError(f"give one of {', '.join(kinds)}" + (f", not {' and '.join(present)}" if present else ""))
        if self.skip is not None and self.residual is None:
            raise ValueError("skip belongs to a residual")
        if self.merge and present[0] in ("layer", "layers", "sequential"):
            raise ValueError("merge joins the paths of a residual, parallel or dense")
        if self.index and self.repeat is None:
            raise ValueError("index counts a repeat")
        if self.index and not any(re.search(rf"\b{re.escape(self.index)}\b", text) for text in _texts(self)):
            raise ValueError(f"index: nothing in it uses {self.index[:60]}, so leave out the key index")
        return self


def _texts(entry: str | LayerEntry | list[Any] | None) -> Iterator[str]:
    """The texts of an entry, and of the entries in it, in which a letter has its value."""
    if isinstance(entry, str):
        yield entry
    elif isinstance(entry, list):
        for part in entry:
            yield from _texts(part)
    elif entry is not None:
        yield f"{entry.layer} {entry.merge} {entry.name} {entry.repeat} {entry.inputs}"
        yield from _texts([entry.layers, entry.sequential, entry.residual, entry.skip, entry.dense, entry.parallel])


class BlockDefinition(_Model):
    """Layers that are defined once and used by name, like a layer."""

    takes: dict[str, ParameterValue] = Field(default={}, description="Its parameters, each with its default or empty.")
    layers: list[str | LayerEntry] = Field(description="Its entries; `input` is the input of the block.")
    inline: bool = Field(
        default=False, description="Whether a sequential numbers its layers one by one, rather than the block."
    )


class Variant(_Model):
    """One member of a family."""

    with_: dict[str, ParameterValue] = Field(
        default={}, alias="with", description="The values of the file's parameters."
    )
    input: ShapeValue | None = Field(default=None, description="The shape of its input, if not the file's.")
    outputs: str | list[str] = Field(default=[], description="Its outputs, if not the file's.")
    about: About = Field(default=About(), description="Its source and counts, besides those of the family.")


class Document(_Model):
    """A network: the shape of its input and its layers."""

    model_config = ConfigDict(extra="forbid", title="A shapecalc network")

    name: str = Field(default="", description="The name of the network.")
    about: About = Field(default=About(), description="Its source and published counts.")
    input: ShapeValue | None = Field(
        default=None,
        description="The shape of its one input, without the batch: 3x130x130. {n} in it is the value of a parameter.",
    )
    inputs: dict[str, ShapeValue | None] = Field(default={}, description="Several inputs: the shape of each by name.")
    takes: dict[str, ParameterValue] = Field(
        default={}, description="Parameters of a family, each with its default or empty."
    )
    variants: dict[str, Variant] = Field(default={}, description="The members of the family by name.")
    blocks: dict[str, BlockDefinition] = Field(default={}, description="Blocks that are defined once and used by name.")
    layers: list[str | LayerEntry] = Field(
        min_length=1, description="Layers; a text is one layer or a chain of them, each reading the one before it."
    )
    outputs: str | list[str] = Field(
        default=[], description="The outputs, by the names of their layers; by default the last layer."
    )

    @model_validator(mode="after")
    def _one_kind_of_input(self) -> Document:
        if self.input is not None and self.inputs:
            raise ValueError("give either input or inputs")
        shaped = [name for name, variant in self.variants.items() if variant.input is not None]
        if self.inputs and shaped:
            raise ValueError(f"variant {shaped[0]}: input is that of a file with one input, not with inputs")
        return self
