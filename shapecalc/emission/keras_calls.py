"""The text of the calls in a function for Keras: of layers, and of blocks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import final

from shapecalc.emission.arguments import READ, binding_text
from shapecalc.emission.containers import name_text
from shapecalc.emission.forms import value_text
from shapecalc.emission.keras_arguments import POSITIONS, KerasCall, default_of
from shapecalc.emission.keras_blocks import KerasBlocks
from shapecalc.emission.keras_steps import BlockStep, LayerStep, Step
from shapecalc.emission.layout import Argument, Brackets, progression
from shapecalc.emission.templates import Binding, Template
from shapecalc.layers.core.arguments import REQUIRED


@final
class KerasTexts:
    """The text of calls in one function.

    Args:
        blocks: the blocks of the net.
        template: the function.
    """

    def __init__(self, blocks: KerasBlocks, template: Template) -> None:
        self.blocks = blocks
        self.template = template
        self.is_top = template is blocks.templates.top

    def arguments(self, step: LayerStep, number: int) -> list[str]:
        """The arguments of one of the calls of a layer that differ from Keras's defaults."""
        call = self.blocks.calls(step.item)[number]
        positions = zip(POSITIONS.get(call.function, ()), call.values, strict=True)
        texts = [_text(self._binding(step, f"{number} {word}", value)) for word, value in positions]
        for word in self.blocks.words(step.item)[number]:
            default = default_of(call.function, word)
            binding = self._binding(step, f"{number} {word}", call.words.get(word, default))
            if binding.argument is not None or binding.value != default:
                texts.append(f"{word}={_text(binding)}")
        return texts

    def _binding(self, step: LayerStep, key: str, value: object) -> Binding:
        return Binding(value) if step.place is None else self.template.bindings[*step.place, key]

    def call(self, step: BlockStep, reads: Sequence[str], label: str) -> Brackets:
        """The call of a block."""
        arguments = [Argument(label, "name=")]
        return Brackets(f"{step.block.name}(", [*map(Argument, reads), *self._options(step), *arguments], ")")

    def _options(self, step: BlockStep) -> list[Argument]:
        options = []
        for argument in step.block.arguments:
            binding = self.template.bindings[*step.place, argument.name]
            if argument.name != READ and argument.default is REQUIRED:
                options.append(Argument(binding_text(binding)))
            elif argument.name != READ and (binding.argument is not None or binding.value != argument.default):
                options.append(Argument(binding_text(binding), f"{argument.name}="))
        return options

    def grown(self, run: Sequence[BlockStep]) -> tuple[list[Argument], bool] | None:
        """The arguments of blocks with i where a number grows, and whether any does; None if they differ otherwise."""
        calls = [Brackets("(", self._options(step), ")") for step in run]
        growth = progression(calls)
        return ([*growth.arguments], growth != calls[0]) if isinstance(growth, Brackets) else None

    def label(self, step: Step, number: int | None = None) -> str:
        """The name of a layer or of a block; with a number where a layer is several in Keras."""
        label = re.sub(r"\W", "_", "_".join(step.path)) + (f"_{number}" if number is not None else "")
        return name_text(label) if self.is_top else f'f"{{name}}_{label}"'

    def counted_label(self, stem: str, number: str) -> str:
        """The name of a block with a number in braces."""
        label = re.sub(r"\W", "_", stem)
        return f'f"{label}{{{number}}}"' if self.is_top else f'f"{{name}}_{label}{{{number}}}"'


def _text(binding: Binding) -> str:
    """What is written for an argument, which may be a layer itself."""
    if not isinstance(binding.value, KerasCall):
        return binding_text(binding)
    function, values, words, *_ = binding.value
    arguments = [*map(value_text, values), *(f"{word}={value_text(value)}" for word, value in words.items())]
    return f"{function}({', '.join(arguments)})"


def list_text(names: Sequence[str]) -> str:
    """One variable, or a list of several."""
    return names[0] if len(names) == 1 else f"[{', '.join(names)}]"


def applied_text(call: KerasCall, arguments: Sequence[str], reads: Sequence[str]) -> str:
    """A layer that is made and called, or a function."""
    source = list_text(reads)
    if not call.function.startswith("layers.") and call.function != "batch_norm":
        return f"{call.function}({', '.join([source, *arguments])}){call.piece}"
    if call.function == "layers.MultiHeadAttention":
        source = f"{reads[0]}, {reads[0]}"
    return f"{call.function}({', '.join(arguments)})({source})"
