"""The fields of forms: each with its label, and beside it how it is read, or what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import final

from shapecalc.errors import ShapecalcError
from shapecalc.web.markup import Markup, element, fragment


@final
@dataclass(frozen=True)
class FieldNote:
    """What stands beside a field.

    Attributes:
        reading: how it is read; "" where nothing was written.
        message: why it is not understood; "" where it is.
        hint: what may be written.
    """

    reading: str = ""
    message: str = ""
    hint: str = ""


NO_NOTE = FieldNote()


def noted(text: str, read: Callable[[str], str], hint: str = "") -> FieldNote:
    """How a text is read, beside its field.

    Args:
        text: what was written.
        read: gives the words for it, or refuses it.
        hint: what may be written, where nothing is.
    """
    if not text.strip():
        return FieldNote(hint=hint)
    try:
        return FieldNote(reading=f"read as {read(text)}")
    except ShapecalcError as refused:
        return FieldNote(message=str(refused))


def text_field(name: str, label: str, value: str, note: FieldNote = NO_NOTE, *, rows: int = 0) -> Markup:
    """A field for a text, of several lines where ``rows`` says so."""
    attributes: dict[str, str | bool | None] = {
        "id": name,
        "name": name,
        "spellcheck": "false",
        "autocomplete": "off",
        "autocapitalize": "off",
        "aria_describedby": f"{name}-note",
        "aria_invalid": "true" if note.message else None,
    }
    if rows:
        # the first line end of a textarea is not part of its text
        control = element("textarea", Markup("\n"), value, rows=rows, **attributes)
    else:
        control = element("input", type="text", value=value, **attributes)
    return _field(name, label, control, note)


def choice_field(
    name: str, label: str, value: str, options: Mapping[str, str], note: FieldNote = NO_NOTE, *, submits: str = ""
) -> Markup:
    """A field for one of several values, each with its words.

    Args:
        name: of the field.
        label: what it asks.
        value: what is chosen.
        options: the values with their words.
        note: what stands beside it.
        submits: the id of the button that is pressed at once when another is chosen; "" for none.
    """
    entries = fragment(
        *[element("option", words, value=each, selected=each == value) for each, words in options.items()]
    )
    control = element(
        "select", entries, id=name, name=name, aria_describedby=f"{name}-note", data_submits=submits or None
    )
    return _field(name, label, control, note)


def file_field(name: str, label: str, note: FieldNote = NO_NOTE, *, accept: str = "", submits: str = "") -> Markup:
    """A field for a file."""
    control = element(
        "input",
        type="file",
        id=name,
        name=name,
        accept=accept or None,
        aria_describedby=f"{name}-note",
        data_submits=submits or None,
    )
    return _field(name, label, control, note)


def slider_field(name: str, label: str, value: int, low: int, high: int, note: FieldNote = NO_NOTE) -> Markup:
    """A slider with its number beside it."""
    slider = element("input", type="range", id=name, name=name, min=low, max=high, value=value, step=1,
                     aria_describedby=f"{name}-note")  # fmt: skip
    shown = element("output", str(value), for_=name, class_="number")
    return _field(name, label, element("span", slider, shown, class_="slider"), note)


def flag_field(name: str, label: str, note: FieldNote = NO_NOTE, *, is_set: bool) -> Markup:
    """A box to tick."""
    box = element("input", type="checkbox", id=name, name=name, value="yes", checked=is_set)
    return element("div", element("label", box, " ", label), _note(name, note), class_="field flag")


def button(
    words: str, *, id_: str | None = None, name: str = "", value: str = "", form: str = "", class_: str = ""
) -> Markup:
    """A button that submits its form, or the one that is named."""
    return element("button", words, type="submit", id=id_, name=name or None, value=value or None, form=form or None,
                   class_=class_ or None)  # fmt: skip


def _field(name: str, label: str, control: Markup, note: FieldNote) -> Markup:
    return element("div", element("label", label, for_=name), control, _note(name, note), class_="field")


def _note(name: str, note: FieldNote) -> Markup:
    words = note.message or note.reading or note.hint
    kind = "message" if note.message else "reading" if note.reading else "hint"
    return element("p", element("span", words, class_=kind) if words else "", id=f"{name}-note", class_="note",
                   data_live=True)  # fmt: skip
