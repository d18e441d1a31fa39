"""Documents at the boundary: YAML or JSON, checked by a pydantic model."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from shapecalc.errors import SpecError, did_you_mean
from shapecalc.formats.document.events import MAX_VALUES, TOO_MANY, read_yaml
from shapecalc.formats.text.files import read_text
from shapecalc.formats.text.tokens import MAX_TEXT
from shapecalc.page.numbers import thousands

Model = TypeVar("Model", bound=BaseModel)

#: The errors of pydantic that show what a person meant: an unknown key, and those that our models word themselves.
_CLEAR_ERRORS = ("extra_forbidden", "value_error", "union_tag_invalid", "union_tag_not_found")


def read_model(path: str | Path, model: type[Model]) -> Model:
    """A YAML or JSON file as the pydantic model that describes it.

    Raises:
        SpecError: it cannot be read, or does not fit the model; the message names the place in the file.
    """
    return validate_model(read_data(path), model, str(path))


def read_data(path: str | Path) -> Any:
    """A YAML or JSON file as lists, mappings and texts; those of JSON have numbers too.

    Raises:
        SpecError: as :func:`from_yaml` and :func:`from_json`, or it cannot be read.
    """
    text = read_text(path)
    return from_json(text, str(path)) if Path(path).suffix == ".json" else from_yaml(text, str(path))


def from_yaml(text: str, origin: str) -> Any:
    """YAML as lists, mappings and *texts*: numbers stay as they are written, for the model to read.

    Raises:
        SpecError: it is too long, is not YAML, is nested too deeply, has too many values, or uses aliases (which can
            unfold without end).
    """
    if len(text) > MAX_TEXT:
        raise SpecError(f"{origin}: the text has {len(text):,} characters; at most {MAX_TEXT:,} are read.")
    try:
        return read_yaml(text)
    except yaml.YAMLError as refused:
        mark = getattr(refused, "problem_mark", None)
        at = f"line {mark.line + 1}: " if mark else ""
        raise SpecError(f"{origin}: {at}{getattr(refused, 'problem', None) or 'this is not YAML'}.") from None
    except (OverflowError, ValueError):
        raise SpecError(f"{origin}: an escaped character or a number is out of range.") from None  # "\UFFFFFFFF"


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    mapping: dict[str, Any] = {}
    for name, value in pairs:
        if name in mapping:
            raise SpecError(f"{name[:60]} is given twice.")
        mapping[name] = value
    return mapping


def from_json(text: str, origin: str) -> Any:
    """JSON as Python's lists, mappings, texts and numbers.

    Raises:
        SpecError: it is not JSON, is nested too deeply, or has too many values.
    """
    try:
        content = json.loads(text, object_pairs_hook=_distinct)
    except SpecError as refused:
        raise SpecError(f"{origin}: {refused}") from None
    except json.JSONDecodeError as refused:
        raise SpecError(f"{origin}: line {refused.lineno}: {refused.msg}.") from None
    except (RecursionError, ValueError):  # Python refuses integers of thousands of digits
        raise SpecError(f"{origin}: nested too deeply, or a number has too many digits.") from None
    _check_count(content, origin)  # what does not fit the model has an error for each value
    return content


def _check_count(content: Any, origin: str) -> None:
    count, unread = 0, [content]
    while unread:
        value = unread.pop()
        count += 1 + (len(value) if isinstance(value, dict) else 0)
        if count + len(unread) > MAX_VALUES:
            raise SpecError(f"{origin}: {TOO_MANY}.")
        unread += value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()


def validate_model(data: Any, model: type[Model], origin: str) -> Model:
    """``data`` as the model.

    Raises:
        SpecError: it does not fit; the message names the first place that does not, and the nearest known key.
    """
    try:
        return model.model_validate(data)
    except ValidationError as refused:
        place, sentence = first_fault(refused, model)
        raise SpecError(f"{origin}: {_place(place)}{sentence}.") from None


def first_fault(refused: ValidationError, model: type[BaseModel]) -> tuple[tuple[int | str, ...], str]:
    """The place of the error that shows best what does not fit a model, and what is wrong there."""
    errors = refused.errors(include_url=False)
    # an entry that may be a text or a mapping fails as both: a clear error, or else the deepest place, shows which
    # of them was meant
    first = max(errors, key=lambda error: (error["type"] in _CLEAR_ERRORS, len(error["loc"])))
    alternatives = [error for error in errors if _place(error["loc"]) == _place(first["loc"])]
    sentence = _expectation(alternatives) or _sentence(first, keys_at(model, first["loc"][:-1]))
    return _without_tags(model, first), sentence


def _place(location: tuple[int | str, ...]) -> str:
    """The place of an error as a person counts: "layers, entry 2: "; names of models and types are left out."""
    if location and location[-1] in _TYPES:
        location = location[:-1]
    parts = [f"entry {part + 1}" if isinstance(part, int) else part for part in location]
    keys = [part for part in parts if part.startswith("entry ") or (part.islower() and "[" not in part)]
    return f"{', '.join(keys)}: " if keys else ""


#: The names of types in the place of an error, where several are possible.
_TYPES = ("str", "int", "bool", "float")
#: Below it, a decimal number that is whole is written so.
_WHOLE = 10**15
#: What may stand in a place, by the first word of pydantic's name of the error.
_CONTENTS = {
    "model": "keys with their values",
    "dict": "keys with their values",
    "list": "a list of entries",
    "string": "a text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
}


def _expectation(errors: list[Any]) -> str:
    """What may stand in a place, from all errors there, and what does; "" where an error is not about that."""
    kinds = [error["type"].partition("_")[0] for error in errors]
    match errors[0]:
        case {"type": "too_short", "input": []}:
            return "it is empty; write at least one entry"
        case {"type": "greater_than_equal", "input": value, "ctx": {"ge": least}}:
            return f"it must be at least {_number(least)}, but is {_number(value)}"
        case {"type": "less_than_equal", "input": value, "ctx": {"le": most}}:
            return f"it must be at most {_number(most)}, but is {_number(value)}"
        case {"type": "greater_than", "input": value, "ctx": {"gt": bound}}:
            return f"it must be above {_number(bound)}, but is {_number(value)}"
        case {"type": "less_than", "input": value, "ctx": {"lt": bound}}:
            return f"it must be below {_number(bound)}, but is {_number(value)}"
        case {"type": "finite_number", "input": value}:
            return f"it must be a finite number, but is {value}"
        case {"type": "literal_error", "input": value, "ctx": {"expected": words}}:
            return f"it may be {words}, but is {_content(value)}"
        case {"type": "string_pattern_mismatch", "input": value, "ctx": {"pattern": pattern}}:
            return f"{value[:60]!r} does not match {pattern}"
    if not all(kind in _CONTENTS for kind in kinds):
        return ""
    *first, last = dict.fromkeys(_CONTENTS[kind] for kind in kinds)
    expected = f"{', '.join(first)} or {last}" if first else last
    return f"expected {expected}, but found {_content(errors[0]['input'])}"


def _number(value: Any) -> str:
    """A bound, or the number that passes it: with its thousands apart, and no point behind a whole one."""
    is_whole = isinstance(value, float) and value.is_integer() and abs(value) < _WHOLE
    return thousands(int(value) if is_whole else value)


def _content(value: Any) -> str:
    """What stands in a place."""
    if isinstance(value, list | dict):
        return "a list" if isinstance(value, list) else "keys with their values"
    return "nothing" if value in (None, "") else repr(str(value)[:60])


@lru_cache(8)
def _schema(model: type[BaseModel]) -> dict[str, Any]:
    """The schema of a model; writing it takes longer than reading a file."""
    return model.model_json_schema()


def keys_at(model: type[BaseModel], location: tuple[int | str, ...]) -> list[str]:
    """The keys that a model takes at a place in its content, as an error names it."""
    definitions = _schema(model).get("$defs", {})
    *_, (_, places) = _along(model, location)
    return sorted({key for place in places for each in _unfolded(place, definitions) for key in each["properties"]})


def _along(model: type[BaseModel], location: tuple[int | str, ...]) -> Iterator[tuple[bool, list[dict[str, Any]]]]:
    """What may stand at each place on the way to an error, from the whole content on.

    With it stands whether a part of the way is the word that chose one of several models, and so is no place inside.
    """
    definitions = _schema(model).get("$defs", {})
    places = [_schema(model)]
    yield False, places
    for part in location:
        chosen = [place["discriminator"]["mapping"].get(part) for place in places if "discriminator" in place]
        if any(chosen):
            places = [{"$ref": reference} for reference in chosen if reference]
        else:
            inner = [place for schema in places for place in _inside(_unfolded(schema, definitions), part)]
            places = inner or places  # the name of a type, of several that are possible, is no place inside
        yield any(chosen), places


def _without_tags(model: type[BaseModel], error: Any) -> tuple[int | str, ...]:
    """The place of an error without the words that chose models; where such a word is wrong, the place of that word."""
    location: tuple[int | str, ...] = error["loc"]
    is_tag = [is_word for is_word, _ in _along(model, location)][1:]
    place = tuple(part for part, is_word in zip(location, is_tag, strict=True) if not is_word)
    return (*place, error["ctx"]["discriminator"].strip("'")) if error["type"].startswith("union_tag") else place


def _unfolded(schema: dict[str, Any], definitions: dict[str, Any]) -> list[dict[str, Any]]:
    """The models, lists and mappings that may stand where a schema says."""
    if "$ref" in schema:
        return _unfolded(definitions[schema["$ref"].rpartition("/")[2]], definitions)
    alternatives = (*schema.get("anyOf", ()), *schema.get("oneOf", ()))
    options = [option for each in alternatives for option in _unfolded(each, definitions)]
    return [*options, {"properties": {}, **schema}]


def _inside(schemas: list[dict[str, Any]], part: int | str) -> list[dict[str, Any]]:
    """What may stand behind a key, or in an entry of a list."""
    inner = [schema.get("items") if isinstance(part, int) else schema["properties"].get(part) for schema in schemas]
    mappings = [schema.get("additionalProperties") for schema in schemas]
    return [each for each in (inner if any(inner) else mappings) if isinstance(each, dict)]


def _sentence(error: Any, keys: Iterable[str]) -> str:
    if error["type"] == "extra_forbidden":
        key = str(error["loc"][-1])
        candidates = list(keys)
        hint = did_you_mean(key, candidates) or f" (known are {', '.join(candidates)})"
        return f"there is no key {key[:60]}{hint}"
    if error["type"] == "union_tag_not_found":
        return "it is missing"
    if error["type"] == "union_tag_invalid":
        word, words = str(error["ctx"]["tag"]), [tag.strip("' ") for tag in error["ctx"]["expected_tags"].split(",")]
        return f"{word[:40]} is not known{did_you_mean(word, words)}; it may be {', '.join(words)}"
    return str(error["msg"]).removeprefix("Value error, ").rstrip(".").replace("Field required", "is missing")
