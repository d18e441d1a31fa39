"""The columns of the tables of a report: what each shows, and which keys it has in JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple, final

from shapecalc.algebra import Expr, plain, short
from shapecalc.errors import SpecError, did_you_mean
from shapecalc.layers import shape_text
from shapecalc.layers.core.shapes import joined_text
from shapecalc.measures.groups import Group
from shapecalc.page import Column
from shapecalc.page.numbers import bytes_text, thousands

if TYPE_CHECKING:
    from shapecalc.measures.field.axis import AxisField

#: How narrow names, layers, what they read, and measures become before a column moves or is left out.
_NAME, _LAYER, _SOURCES, _MEASURE = 12, 26, 24, 24
#: Groups that are read are named up to this many.
_NAMED = 4


@final
class Property(NamedTuple):
    """What a column shows of a layer or of several.

    Attributes:
        column: how it is laid out.
        text: what stands in a cell.
        key: where JSON has it.
        is_sum: whether layers of one type have it as a sum.
        of_layer: whether it is the same for equal layers that read equal shapes.
    """

    column: Column
    text: Callable[[Group], str]
    key: str
    is_sum: bool = False
    of_layer: bool = False


def axes_text(values: Sequence[Any]) -> str:
    """One number where the axes agree, else one for each: 3x5, (H + 2)x(W + 2)."""
    texts = [str(plain(value)) for value in values]
    if len(set(texts)) == 1:
        return texts[0]
    return joined_text([short(value) if isinstance(value, Expr) else value for value in values])


def field_and_jump(fields: Sequence[AxisField]) -> str:
    """A field in short: 23, jump 4."""
    return f"{axes_text([axis.size for axis in fields])}, jump {axes_text([axis.jump for axis in fields])}"


def _shapes_text(shapes: Iterable[object]) -> str:
    return " and ".join(dict.fromkeys(map(shape_text, shapes)))  # type: ignore[arg-type]


def _name(group: Group) -> str:
    return f"{group.name} = {group.share}" if group.share else group.name


def _layer(group: Group) -> str:
    """The layer, a probability such as 0.17500000000000002 rounded; JSON has every digit."""
    probability = group.rows[0].layer.values.get("p") if group.is_layer else None
    if not isinstance(probability, float):
        return group.layer
    return group.layer.replace(repr(probability), f"{probability:.6g}")


def _sources(group: Group) -> str:
    names = group.reads
    return ", ".join(names if len(names) <= _NAMED else (*names[: _NAMED - 1], "..."))


def _field(group: Group) -> str:
    row = group.last
    return axes_text([axis.size for axis in row.fields]) + ("" if row.status == "exact" else " (bound)")


def _local(group: Group) -> str:
    return "" if group.last.state.local is None else field_and_jump(group.last.local_fields)


def _measure(title: str, text: Callable[[Group], str], key: str, *, is_sum: bool = False, spare: int = 0) -> Property:
    of_layer = key != "receptive_field"
    return Property(Column(title, "right", least=_MEASURE, spare=spare), text, key, is_sum, of_layer)


_PROPERTIES = (
    Property(Column("name", least=_NAME), _name, "name"),
    Property(Column("type", least=_NAME), lambda group: ", ".join(dict.fromkeys(row.type for row in group.rows)),
             "type", is_sum=True, of_layer=True),
    Property(Column("layer", least=_LAYER), _layer, "layer", of_layer=True),
    Property(Column("reads", least=_SOURCES, below=True), _sources, "inputs"),
    _measure("layers", lambda group: thousands(len(group.rows)), "nodes", is_sum=True),
    _measure("input", lambda group: _shapes_text(group.input_shapes), "input_shape"),
    _measure("output", lambda group: _shapes_text(group.output_shapes), "output_shape"),
    _measure("values", lambda group: thousands(group.values), "values", is_sum=True),
    _measure("parameters", lambda group: thousands(group.parameters), "parameters", is_sum=True),
    _measure("trainable", lambda group: thousands(group.trainable), "trainable", is_sum=True),
    _measure("buffers", lambda group: thousands(group.buffers), "buffers", is_sum=True),
    _measure("MACs", lambda group: thousands(group.macs), "macs", is_sum=True, spare=4),
    _measure("saved", lambda group: bytes_text(group.saved), "saved", is_sum=True),
    _measure("field", _field, "receptive_field", spare=3),
    _measure("jump", lambda group: axes_text([axis.jump for axis in group.last.fields]), "receptive_field", spare=1),
    _measure("local path", _local, "receptive_field", spare=2),
    _measure("start", lambda group: axes_text([axis.start for axis in group.last.fields]), "receptive_field"),
)  # fmt: skip
#: Every column by its title.
PROPERTIES: Mapping[str, Property] = MappingProxyType({entry.column.title: entry for entry in _PROPERTIES})
#: The columns of layers and blocks, and those of types, where none are chosen.
OF_LAYERS = ("name", "layer", "reads", "output", "parameters", "MACs", "field", "jump", "local path")
OF_TYPES = ("type", "layers", "values", "parameters", "MACs", "saved")


def read_columns(columns: str | Sequence[str], *, sums: bool = False) -> tuple[str, ...]:
    """The titles of columns, in the order in which they are named, in any case: ``"name, output, macs"``.

    Args:
        columns: the names, or a text with commas between them.
        sums: whether only columns are known that layers of one type have as a sum.

    Raises:
        SpecError: a column is not known, or is there twice, or none is named.
    """
    words = [word.strip() for word in (columns.split(",") if isinstance(columns, str) else columns)]
    titles = {title.lower(): title for title, entry in PROPERTIES.items() if entry.is_sum or not sums}
    for word in words:
        if word.lower() not in titles:
            hint = did_you_mean(word, titles.values())
            raise SpecError(f"There is no column {word or 'of an empty name'}{hint}; "
                            f"there are {', '.join(titles.values())}.")  # fmt: skip
    names = tuple(titles[word.lower()] for word in words)
    if len(set(names)) < len(names):
        raise SpecError(f"The column {max(names, key=names.count)} is named twice.")
    return names
