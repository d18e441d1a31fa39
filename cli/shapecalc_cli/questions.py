"""The six questions of ``solve``: the options that each takes, and the function of the library that answers it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from shapecalc import solve
from shapecalc.errors import SpecError
from shapecalc.formats.text.vocabulary import torch_name
from shapecalc_cli.opening import open_with_warnings
from shapecalc_cli.windows import in_options

if TYPE_CHECKING:
    from shapecalc.net import Net
    from shapecalc.page import Page
    from shapecalc.solve import Budget, Depth, Inputs, Layers, Restored

    Answer = Layers | Restored | Depth | Inputs | Budget

#: The given options by name, with their values.
Options = dict[str, Any]

#: The arguments of the question between two sizes, by option.
_WINDOW = {
    "--layer": "layer",
    "--k": "kernel_size",
    "--s": "stride",
    "--p": "padding",
    "--d": "dilation",
    "--a": "output_padding",
    "--ceil": "ceil_mode",
    "--dims": "dims",
}


#: The options that are numbers, some with a unit.
_NUMBERS = ("--parameters", "--macs", "--memory", "--field")
#: What memory depends on besides the net.
_SETTING = ("--batch", "--optimizer", "--dtype", "--device")


class Question(NamedTuple):
    """A question.

    Attributes:
        name: its name in messages: its option, or words.
        options: the options that it takes.
        answer: the function of the library that answers it, for the command's argument and options.
        required: the option that it needs, or "".
    """

    name: str
    options: tuple[str, ...]
    answer: Callable[[str, Options], Answer]
    required: str = ""


def joined(question: str, words: list[str]) -> str:
    """A question from the words of a command: ``227 55``, ``227 to 55``.

    Raises:
        SpecError: there are more than two sizes.
    """
    sizes = words[1:] if words and words[0].strip() in ("to", "->", "→", "=>") else words
    if len(sizes) > 1:
        raise SpecError(f"Expected one text, or two sizes as in 227 55, but got {len(sizes) + 1} texts; quote a text.")
    return f"{question} -> {sizes[0]}" if sizes else question


def _net(spec: str, options: Options) -> Net:
    return open_with_warnings(spec, input_shape=options.get("--input", ()))


def _layers(sizes: str, options: Options) -> Layers:
    with in_options():
        return solve.layers_for(sizes, **{_WINDOW[name]: value for name, value in options.items() if name in _WINDOW})


def _restored(spec: str, options: Options) -> Restored:
    return solve.restore(spec, options["--input"])


def _depth(spec: str, options: Options) -> Depth:
    return solve.depth_for(spec, field=options["--field"])


def _inputs(spec: str, options: Options) -> Inputs:
    return solve.inputs_for(_net(spec, options), options["--output"])


def _smallest(spec: str, options: Options) -> Budget:
    return solve.smallest_for(_net(spec, options), field=options["--field"])


def _largest(spec: str, options: Options) -> Budget:
    return solve.largest_for(
        _net(spec, options),
        parameters=options.get("--parameters"),
        macs=options.get("--macs"),
        memory=options.get("--memory"),
        training=options.get("--training", False),
        **{name[2:]: options[name] for name in _SETTING if name in options},
    )


_SIZES = Question("two sizes", (*_WINDOW, "--all"), _layers)
#: Questions about layers that a flag selects.
_FLAGS = (
    Question("--restore", ("--restore", "--input"), _restored, "--input"),
    Question("--repeat", ("--repeat", "--field"), _depth, "--field"),
)
#: Questions about the values of a letter; each command line has one of them.
_WISHES = (
    Question("--output", ("--input", "--output"), _inputs),
    Question("--field", ("--input", "--field"), _smallest),
    Question("--parameters", ("--input", "--parameters"), _largest),
    Question("--macs", ("--input", "--macs"), _largest),
    Question("--memory", ("--input", "--memory", "--training", *_SETTING), _largest),
)


def answer(text: str, options: Options) -> Answer:
    """The library's answer to the question that the command's argument and options make.

    Raises:
        SpecError: they form no question, or an option belongs to another question.
    """
    question = _question(text, options)
    foreign = next((option for option in options if option not in question.options), None)
    if foreign is not None:
        raise SpecError(f"{foreign} does not belong to a question with {question.name}; see shapecalc solve --help.")
    if question.required and question.required not in options:
        raise SpecError(f"{question.name} needs {question.required}; see shapecalc solve --help.")
    try:
        return question.answer(text, options)
    except SpecError as refused:
        raise _in_option(refused, options) from None


def _in_option(refused: SpecError, options: Options) -> SpecError:
    """A refusal, behind the option whose number it quotes."""
    message = str(refused)
    numbers = {name: options[name] for name in _NUMBERS if name in options}
    name = next((name for name, number in numbers.items() if message.startswith(repr(number.strip()[:60]))), "")
    return SpecError(f"{name}: {message}") if name else refused


def _question(text: str, options: Options) -> Question:
    if any(arrow in text for arrow in solve.ARROWS) and not _names_layer(text):
        return _SIZES
    flag = next((question for question in _FLAGS if question.name in options), None)
    if flag is not None:
        return flag
    wishes = [question for question in _WISHES if question.name in options]
    if not wishes and text.strip().isdecimal():
        raise SpecError(f'One size is no question; write two, such as "{text.strip()} -> 55".')
    if len(wishes) > 1:
        names = " and ".join(question.name for question in wishes)
        raise SpecError(f"{names} are {len(wishes)} questions; ask one at a time.")
    if not text.strip():
        raise SpecError('Ask a question: two sizes, such as "227 -> 55", or layers and what is wanted of them.')
    if not wishes:
        names = ", ".join(question.name for question in _WISHES)
        raise SpecError(f"Say what is wanted of these layers with one of {names}, --restore or --repeat.")
    return wishes[0]


def _names_layer(text: str) -> bool:
    """Whether a text has the name of a layer: arrows may stand between layers, too."""
    return any(map(torch_name, re.findall(r"[^\W\d]\w+", text)))


def page(answer: Answer, options: Options) -> Page:
    """The page to print: the simplest of several layers, or with ``--all`` all of them."""
    return answer.page(limit=None) if "--all" in options and isinstance(answer, solve.Layers) else answer.page()
