"""What the words around a name show: numbers of a textbook, the first of two words, a vector."""

from __future__ import annotations

from shapecalc.formats.text.expression import Reader
from shapecalc.formats.text.repeats import is_times_ahead, times_behind
from shapecalc.formats.text.tokens import Token
from shapecalc.formats.text.vocabulary import NUMBERED, find_layer, fold, torch_name

#: The words that people write apart from the rest of a layer's name: leaky relu.
_FIRST_WORDS = frozenset({"leaky", "log", "soft", "hard", "layer", "group", "instance", "alpha", "pixel", "channel"})

#: The first of two words, with the beginning of the second.
_BEHIND = {"max": "pool", "average": "pool", "transpose": "conv"}


def has_plain_numbers(reader: Reader, name: str) -> bool:
    """Whether numbers stand behind the name of a layer without brackets: ``Dropout 0.5``, ``INPUT [32x32x3]``."""
    if (reader.next.text == "(" and name[:1] not in ("I", "i")) or NUMBERED.fullmatch(name) is None:
        return False
    if fold(name) == "input":
        opened = reader.tokens[min(reader.position + 2, len(reader.tokens) - 1)]
        return reader.next.text != "(" or (reader.second.kind == "int" and opened.text[:1] in ("x", "X", "*"))
    if reader.next.text == "(" or is_times_ahead(reader):
        return False
    from shapecalc.formats.text.attributes import Attributes  # noqa: PLC0415  few texts have such words

    start = reader.position
    reader.take_if("-")
    is_attribute = Attributes(reader).take() or (name == "Upsample" and times_behind(reader) is not None)
    reader.position = start
    return is_attribute


def is_first_word(reader: Reader, token: Token) -> bool:
    """Whether a word is the first of two of a textbook, and no layer: max pool, average-pooling, transpose conv."""
    behind = _BEHIND.get(token.text.lower())
    if behind is None:
        return False
    follows = reader.second if reader.next.text == "-" else reader.next
    return follows.text.lower().startswith(behind)


def joined_name(reader: Reader, token: Token) -> str:
    """The name of the layer that a word and the next one write, which is taken: leaky relu; "" where they write none.

    Not of soft-max, which is a textbook's, over the channels.
    """
    follows = reader.second if reader.next.text == "-" else reader.next
    is_apart = follows.kind != "name" or "\n" in reader.source[token.at : follows.at]
    if is_apart or token.text.lower() not in _FIRST_WORDS:
        return ""
    name = torch_name(token.text + follows.text)
    if name == "Softmax":
        return ""
    reader.position += bool(name) * (2 if reader.next.text == "-" else 1)
    return name


def take_variable(reader: Reader, variable: str) -> None:
    """The variable with which a layer of Keras is called: ``Dense(10)(x)``.

    Args:
        reader: the reader of the text.
        variable: the one that holds what the layer before gives, or "".

    Raises:
        SpecError: it is another one, or more than one.
    """
    token = reader.second
    if token.kind != "name" or reader.tokens[reader.position + 2].text != ")":
        raise reader.error("layers that are called with more than a variable are branches; write a network file")
    if variable and token.text != variable:
        message = f"{token.text} is not {variable}, which the layer before gives; write branches in a network file"
        raise reader.error(message, token.at)
    reader.position += 3


def in_brackets(reader: Reader, name: str) -> str:
    """Where the arguments of a layer of torch stand, with those that stand behind it here."""
    numbers = []
    while reader.next.kind == "int":
        numbers.append(reader.take().text)
        reader.take_if(",")
    example = f": {name}({', '.join(numbers)})" if numbers else ""
    return f"the arguments of {name} stand in brackets{example}"


def is_flat(name: str, before: bool) -> bool:
    """Whether what a layer gives is known to be a vector: a window gives a map, and most layers what they get."""
    if name in ("Flatten", "Linear", "LazyLinear"):
        return True
    cls = find_layer(name)
    return before and (cls is None or not cls.rank)
