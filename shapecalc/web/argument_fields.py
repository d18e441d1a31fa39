"""A field for each argument of a layer: a slider for a number, a box for a flag, a list for words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from shapecalc.layers import Layer
from shapecalc.layers.core.arguments import REQUIRED, Field
from shapecalc.layers.core.kinds import FLAG, INTEGER, AxisSeries, Either, write_value
from shapecalc.web.fields import FieldNote, choice_field, flag_field, slider_field, text_field
from shapecalc.web.markup import Markup
from shapecalc.web.request import WebRequest

#: The least, the largest and the first number of arguments, by their names; and of all others.
LIMITS = {
    "kernel_size": (1, 11, 3),
    "stride": (1, 6, 1),
    "padding": (0, 6, 0),
    "output_padding": (0, 5, 0),
    "dilation": (1, 6, 1),
    "groups": (1, 8, 1),
    "out_channels": (1, 32, 4),
    "out_features": (1, 64, 10),
    "output_size": (1, 16, 4),
    "scale_factor": (1, 4, 2),
}
OTHERS = (0, 16, 2)
#: What stands at first in fields of other kinds.
FIRST_TEXTS = {
    "output_ratio": "0.5",
    "p": "0.5",
    "scale_factor": "2",
    "order": "(2, 0, 1)",
    "sizes": "(16, -1)",
    "normalized_shape": "8",
    "unflattened_size": "(2, 2)",
}
#: Behind the name of an argument, the field of the rule that may stand in its place.
_RULE = "-rule"
_DIGITS = 4


def argument_texts(request: WebRequest, cls: type[Layer], channels: int) -> dict[str, str]:
    """The arguments that a form holds, as they stand in a spec; those that are as usual are left out.

    Args:
        request: its fields have the names of the arguments.
        cls: the layer.
        channels: how many the input has, which some arguments repeat.
    """
    texts = {}
    for field in cls.fields.values():
        inferred = "" if cls.has_lazy else str(channels)
        text = inferred if field.name in cls.infers else _text(request, field)
        if text and not (field.default is not REQUIRED and text == write_value(field.default)):
            texts[field.name] = text
    return texts


def argument_fields(
    request: WebRequest, cls: type[Layer], notes: dict[str, FieldNote], layer: Layer | None
) -> Iterator[Markup]:
    """The fields of the arguments, but for those that follow from the input.

    Args:
        request: what they hold.
        cls: the layer.
        notes: what stands beside some.
        layer: the layer that they make, if they make one.
    """
    for field in cls.fields.values():
        if field.name in cls.infers:
            continue
        note = notes.get(field.name, FieldNote())
        yield from _fields(request, field, note, layer)


def _fields(request: WebRequest, field: Field, note: FieldNote, layer: Layer | None) -> Iterator[Markup]:
    name, vocabulary = field.name, field.kind.vocabulary
    label = name.replace("_", " ")
    if field.kind is FLAG:
        yield flag_field(name, label, note, is_set=_text(request, field) == "True")
    elif _is_number(field):
        low, high, first = _limits(field)
        usual = f"{label}, 0 for none of its own" if field.default is None else label
        yield slider_field(name, usual, _number(request.text(name), first), low, high, note)
        if vocabulary:
            rules = {"": "the number above", **{word: word for word in vocabulary}}
            yield choice_field(f"{name}{_RULE}", f"{label}, by a rule", request.text(f"{name}{_RULE}"), rules)
    elif vocabulary:
        chosen = request.text(name) or str(field.default if field.default is not REQUIRED else vocabulary[0])
        yield choice_field(name, label, chosen, {word: word for word in vocabulary}, note)
    else:
        reading = "" if layer is None else f"read as {field.write(layer.values[name])}"
        yield text_field(name, label, _text(request, field), FieldNote(reading, note.message))


def _is_number(field: Field) -> bool:
    kinds = field.kind.kinds if isinstance(field.kind, Either) else (field.kind,)
    return kinds[0] is INTEGER or (isinstance(kinds[0], AxisSeries) and kinds[0].sides == 1)


def _limits(field: Field) -> tuple[int, int, int]:
    """The least, the largest and the first number of a slider; 0 stands for an argument that need not be there."""
    low, high, first = LIMITS.get(field.name, OTHERS)
    if field.default is None:
        return 0, high, 0
    if isinstance(field.default, int) and not isinstance(field.default, bool):
        return min(low, field.default), max(high, 2 * field.default), field.default
    return low, high, first


def _number(text: str, first: int) -> int:
    return int(text) if text.isdecimal() and len(text) <= _DIGITS else first


def _text(request: WebRequest, field: Field) -> str:
    """An argument in a spec; "" for one that is left out."""
    text = request.text(field.name).strip()
    if field.kind is FLAG:
        # a box that is not ticked is not sent: a form that was sent says so
        is_sent = bool(request.form) or bool(request.text("layer"))
        return str(text == "yes" if is_sent and request.text("shown") else field.default is True)
    if _is_number(field):
        rule = request.text(f"{field.name}{_RULE}")
        if rule in field.kind.vocabulary and rule:
            return write_value(rule)
        number = _number(text, _limits(field)[2])
        return "" if field.default is None and not number else str(number)
    words = field.kind.vocabulary
    if words:
        return write_value(text) if text in words else _first(field, write_value(words[0]))
    return text or FIRST_TEXTS.get(field.name) or _first(field, str(OTHERS[2]))


def _first(field: Field, otherwise: str) -> str:
    default: Any = field.default
    return otherwise if default is REQUIRED else "" if default is None else write_value(default)
