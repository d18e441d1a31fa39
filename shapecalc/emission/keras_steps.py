"""The steps of a function for Keras: layers, and calls of blocks, in the order in which they run."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import final

from shapecalc.emission.keras_blocks import KerasBlocks
from shapecalc.emission.parts import LayerPart, Submodule
from shapecalc.emission.templates import RESIDUAL, Place, Template


@final
@dataclass(frozen=True)
class LayerStep:
    """A layer.

    Assignments:
        item: the layer.
        place: where its arguments are bound; None in a later call of a module.
        path: the parts of its name in the function.
        condition: the argument that says whether it is there; "" where it always is.
    """

    item: LayerPart
    place: Place | None
    path: tuple[str, ...]
    condition: str = ""


@final
@dataclass(frozen=True)
class BlockStep:
    """The call of a block.

    Assignments:
        item: the module.
        block: the function that makes it.
        place: where its arguments are bound.
        path: the parts of its name in the function.
        condition: the argument that says whether it is there; "" where it always is.
    """

    item: Submodule
    block: Template
    place: Place
    path: tuple[str, ...]
    condition: str = ""


Step = LayerStep | BlockStep


def steps_of(blocks: KerasBlocks, template: Template) -> list[Step]:
    """The steps of a function."""
    return [*_steps(blocks, template, template.scope, (), ())]


def _steps(
    blocks: KerasBlocks, template: Template, scope: Submodule, place: Place, path: tuple[str, ...]
) -> Iterator[Step]:
    """The steps of a module: of a function, or of a module in it that is none."""
    for number, item in enumerate(template.places[scope]):
        if item is None:
            continue
        below, names = (*place, number), (*path, *item.path)
        if isinstance(item, LayerPart):
            steps: Iterator[Step] = iter([LayerStep(item, below, names)])
        elif item.owner is not None:
            steps = _later(item)
        elif blocks.templates.of[item].is_class:
            steps = iter([BlockStep(item, blocks.templates.of[item], below, names)])
        else:
            steps = _steps(blocks, blocks.templates.of[item], item, below, names)
        condition = "" if place else _condition(template, number)
        yield from (replace(step, condition=condition) if condition else step for step in steps)


def _condition(template: Template, number: int) -> str:
    """The argument that says whether a part of a function is there."""
    if number == template.optional:
        return template.items[number].path[0]
    return RESIDUAL if 0 <= template.tail <= number else ""


def _later(scope: Submodule) -> Iterator[Step]:
    """The layers of a later call of a module."""
    for item in scope.items:
        if isinstance(item, Submodule):
            yield from _later(item)
        else:
            yield LayerStep(item, None, tuple(item.node.name.split(".")))


def run_of(steps: Sequence[Step], last_reads: dict[str, int], index: int) -> list[BlockStep]:
    """The calls of one block from a step on, each on what the one before it gives and nobody else reads."""
    run: list[BlockStep] = []
    for place, step in enumerate(steps[index:], index):
        if not isinstance(step, BlockStep) or step.condition or len(step.item.writes) > 1:
            break
        if run:
            before = run[-1]
            follows = step.item.reads == before.item.writes and last_reads.get(before.item.writes[0]) == place
            if step.block is not before.block or not follows:
                break
        run.append(step)
    return run


def numbering(run: Sequence[BlockStep]) -> tuple[str, int] | tuple[()]:
    """What the names of blocks begin with, and the first of their numbers; () where they are not numbered."""
    first = run[0].path
    match = re.fullmatch(r"(.*?)(\d+)", first[-1])
    if match is None or str(int(match[2])) != match[2]:
        return ()
    stem, start = match[1], int(match[2])
    names = [(*first[:-1], f"{stem}{number}") for number in range(start, start + len(run))]
    return ("_".join((*first[:-1], stem)), start) if [step.path for step in run] == names else ()
