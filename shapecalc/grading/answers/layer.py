"""Answers that are layers, or a value of one of their arguments: judged by what they do."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple, final

from shapecalc.errors import ShapecalcError
from shapecalc.formats import parse
from shapecalc.grading.answers.kind import AnswerKind, Judgement, NotUnderstoodError, bounded
from shapecalc.grading.effects.rubric import Rubric
from shapecalc.net import Net
from shapecalc.page import visible

#: The most layers of an answer.
MAX_NODES = 200

_VALUE = re.compile(r"[-−]?\d{1,6}|[a-zA-Z_]{1,20}|\((?:\s*[-−]?\d{1,6}\s*,){1,5}(?:\s*[-−]?\d{1,6}\s*)?\)")
_BARE_TUPLE = re.compile(r"[-−]?\d{1,6}(?:\s*[,x×]\s*[-−]?\d{1,6}){1,4}")
#: Where the answer stands in the text of an argument's question.
BLANK = "?"


@final
class LayerText(NamedTuple):
    """Layers as somebody wrote them.

    Attributes:
        text: what was written: the layers, or the value of an argument.
        net: the layers.
        refusal: why there are none, where the value is one that the layer does not take.
    """

    text: str
    net: Net | None
    refusal: str = ""


@final
@dataclass(frozen=True, slots=True)
class ArgumentAnswer(AnswerKind[LayerText]):
    """A value for the blank of a layer; every value that does what is required is right.

    Attributes:
        key: an example of a right answer.
        layer: the text of the layers, with ``?`` in place of the value.
        rubric: what they must do.
    """

    name: ClassVar[str] = "argument"
    key: LayerText
    layer: str
    rubric: Rubric

    def read(self, answer: str) -> LayerText:
        return fill_in(self.layer, answer)

    def judge(self, reading: LayerText) -> Judgement:
        return judge_layers(reading, self.rubric)

    def echo(self, reading: LayerText) -> str:
        return visible(reading.text)

    def plain(self, reading: LayerText | None) -> Any:
        if reading is None:
            return None
        return int(reading.text) if reading.text.lstrip("-").isdecimal() else reading.text


@final
@dataclass(frozen=True, slots=True)
class LayerAnswer(AnswerKind[LayerText]):
    """Layers in any notation; all that do what is required are right.

    Attributes:
        key: an example of a right answer.
        rubric: what they must do.
        limit: how many layers an answer may have.
    """

    name: ClassVar[str] = "layer"
    has_echo: ClassVar[bool] = True
    key: LayerText
    rubric: Rubric
    limit: int = 1

    def read(self, answer: str) -> LayerText:
        return layers_in(bounded(answer), self.limit)

    def judge(self, reading: LayerText) -> Judgement:
        return judge_layers(reading, self.rubric)

    def echo(self, reading: LayerText) -> str:
        return layers_text(reading.net)

    def plain(self, reading: LayerText | None) -> Any:
        return None if reading is None else self.echo(reading)


def judge_layers(reading: LayerText, rubric: Rubric) -> Judgement:
    """What layers are worth; those that cannot be made are wrong, with the reason."""
    return rubric.judge(reading.net) if reading.net is not None else Judgement.of(False, reading.refusal)


def fill_in(layer: str, answer: str) -> LayerText:
    """Layers with an answer in their blank.

    Raises:
        NotUnderstoodError: it is no number, no word, and no tuple of numbers.
    """
    text = bounded(answer).strip()
    before = re.search(r"(\w+)\s*=\s*$", layer.partition(BLANK)[0])
    if before:  # padding=3, where 3 is asked for
        text = re.sub(rf"^{before[1]}\s*=\s*", "", text)
    text = text.strip("'\"").replace("[", "(").replace("]", ")").replace("−", "-")
    if _BARE_TUPLE.fullmatch(text):
        text = f"({re.sub(r'[x×]', ',', text)})"
    if not _VALUE.fullmatch(text):
        raise NotUnderstoodError(
            f"{visible(answer.strip(), 40)!r} is no value of an argument; write a number, or (3, 5)"
        )
    is_word = text[0].isalpha() and text not in ("True", "False", "None")
    filled = layer.replace(BLANK, repr(text) if is_word else text)
    try:
        return LayerText(text, parse(filled))
    except ShapecalcError as refused:
        if is_word:
            raise NotUnderstoodError(str(refused).rstrip(".")) from None
        return LayerText(text, None, str(refused))


def layers_in(text: str, limit: int = MAX_NODES) -> LayerText:
    """Layers in a text.

    Raises:
        NotUnderstoodError: it has none, or more than are asked for, or names a net of the zoo.
    """
    if text.strip().lower().startswith("zoo:"):
        raise NotUnderstoodError("a name of the zoo is no answer; write the layers")
    try:
        net = parse(text)
    except ShapecalcError as refused:
        raise NotUnderstoodError(str(refused).rstrip(".")) from None
    if not 1 <= len(net.nodes) <= limit:
        asked = f"at most {limit}" if limit > 1 else "one"
        raise NotUnderstoodError(f"this has {len(net.nodes)} layers; the question asks for {asked}")
    return LayerText(text.strip(), net)


def layers_text(net: Net | None) -> str:
    """Layers as they were read, in torch's notation."""
    return " ".join(repr(node.layer) for node in net.nodes) if net is not None else ""
