"""Answers that are layers, or a value of one of their arguments: judged by what they do."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple, final

from shapecalc.algebra import names_in
from shapecalc.errors import ShapecalcError
from shapecalc.formats import parse
from shapecalc.formats.source.opening import read_network
from shapecalc.formats.source.programs import Source
from shapecalc.formats.text.shapes import read_shape
from shapecalc.grading.answers.kind import AnswerKind, Judgement, NotUnderstoodError, bounded
from shapecalc.grading.effects.rubric import Rubric
from shapecalc.layers import Layer, Shape
from shapecalc.layers.core.arguments import REQUIRED
from shapecalc.net import Net
from shapecalc.page import visible

#: The most layers of an answer.
MAX_NODES = 200

_VALUE = re.compile(r"[-−]?\d{1,6}|[a-zA-Z_]{1,20}|\((?:\s*[-−]?\d{1,6}\s*,){1,5}(?:\s*[-−]?\d{1,6}\s*)?\)")
_BARE_TUPLE = re.compile(r"[-−]?\d{1,6}(?:\s*[,x×]\s*[-−]?\d{1,6}){1,4}")
#: A call of torch.nn.functional, whose first argument is what the layer reads: F.max_pool2d(x, 3, 2, 1).
_FUNCTIONAL = re.compile(
    r"(?:return\s+|\w+\s*=\s*)?(?P<path>(?:(?:torch\.)?nn\.functional|functional|F|torch)\.)?"
    r"(?P<call>[a-z]\w*?(?P<rank>[123]d)?\(\s*)(?P<input>(?!True|False|None)[^\W\d]\w*)(?P<rest>\s*[,)][^\n]*\))\s*;?"
)
#: What the program around it is called in messages.
_FILE = "answer.py"
#: What such a call reads, by the rank in its name.
_INPUTS = {"1d": "CxL", "2d": "CxHxW", "3d": "CxDxHxW"}
_PROGRAM = """from torch import nn
import torch.nn.functional as F
class Answer(nn.Module):
    def forward(self, x):
        return F.{}
"""
#: A tuple of one number, which torch takes for all axes.
_SINGLE = re.compile(r"\(\s*([-−]?\d{1,6})\s*,\s*\)")
#: A number in brackets.
_BRACKETED = re.compile(r"\(+\s*([-−]?\d{1,6})\s*\)+")
#: The letters of arguments.
_LETTERS = {"padding": "Pp", "stride": "Ss", "kernel_size": "FfKk", "dilation": "d"}
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
        return layers_in(bounded(answer), self.limit, self.rubric.inputs)

    def judge(self, reading: LayerText) -> Judgement:
        return judge_layers(reading, self.rubric)

    def echo(self, reading: LayerText) -> str:
        return layers_text(reading.net)

    def plain(self, reading: LayerText | None) -> Any:
        return None if reading is None else self.echo(reading)


def judge_layers(reading: LayerText, rubric: Rubric) -> Judgement:
    """What layers are worth; those that cannot be made are wrong, with the reason."""
    return rubric.judge(reading.net) if reading.net is not None else Judgement.of(False, reading.refusal)


#: A whole number that is written with a point: 2. or 2.0.
_WHOLE = re.compile(r"^([+-]?\d+)\.0*$")


def fill_in(layer: str, answer: str) -> LayerText:
    """Layers with an answer in their blank.

    Raises:
        NotUnderstoodError: it is no number, no word, and no tuple of numbers.
    """
    text = bounded(answer).strip()
    before = re.search(r"(\w+)\s*=\s*$", layer.partition(BLANK)[0])
    if before:  # padding=3 or P = 3, where 3 is asked for
        names = "|".join((before[1], *_LETTERS.get(before[1], ())))
        text = re.sub(rf"^(?:{names})\s*[=:]\s*", "", text)
    text = _WHOLE.sub(r"\1", text.removeprefix("=").strip())  # as a spreadsheet has it
    text = text.strip("'\"").replace("[", "(").replace("]", ")").replace("−", "-")
    single = _SINGLE.fullmatch(text)
    if single and before and before[1] != "kernel_size":  # which torch takes for no kernel of several axes
        text = single[1]
    text = _BRACKETED.sub(r"\1", text) if _BRACKETED.fullmatch(text) else text
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


def layers_in(text: str, limit: int = MAX_NODES, inputs: Sequence[Shape] = ()) -> LayerText:
    """Layers in a text, also a call of torch.nn.functional.

    Args:
        text: what was written.
        limit: the most layers.
        inputs: what they are judged on; of letters, only theirs may stand in a layer.

    Raises:
        NotUnderstoodError: it has none, or more than are asked for, or names a net of the zoo.
    """
    if text.strip().lower().startswith("zoo:"):
        raise NotUnderstoodError("a name of the zoo is no answer; write the layers")
    call = _FUNCTIONAL.fullmatch(text.strip())
    try:
        net = _called(call) if call else parse(text)
    except ShapecalcError as refused:
        raise NotUnderstoodError(str(refused).removeprefix(f"{_FILE}, line 5: ").rstrip(".")) from None
    letters = names_in(tuple([tuple(node.layer.values.values()) for node in net.nodes])) - names_in(tuple(inputs))
    if letters:
        word = min(name.name for name in letters)
        raise NotUnderstoodError(f"{visible(word, 20)} is a letter; write a number in its place")
    bare = next((node.layer for node in net.nodes if _needs_number(node.layer)), None)
    if bare is not None and not any(char.isdigit() for char in text):
        raise NotUnderstoodError(f"its numbers are missing; write them, as in {bare!r}")
    if not 1 <= len(net.nodes) <= limit:
        asked = f"at most {limit}" if limit > 1 else "one"
        raise NotUnderstoodError(f"this has {len(net.nodes)} layers; the question asks for {asked}")
    return LayerText(text.strip(), net)


def _needs_number(layer: Layer) -> bool:
    """Whether torch makes no such layer without a number."""
    return any(field.default is REQUIRED and name not in layer.infers for name, field in type(layer).fields.items())


def _called(call: re.Match[str]) -> Net:
    """The layer that a call of torch.nn.functional does."""
    program = _PROGRAM.format(f"{call['call']}x{call['rest']}")
    shape = read_shape(_INPUTS[call["rank"] or "2d"])
    return read_network(Source(_FILE, program), "Answer", (shape,))


def layers_text(net: Net | None) -> str:
    """Layers as they were read, in torch's notation."""
    return " ".join(repr(node.layer) for node in net.nodes) if net is not None else ""
