"""Arguments of layers that the program hands on: the call in which the number stands that is wrong."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from shapecalc.checking.proposals import argument_of, replacement
from shapecalc.checking.verdict import Repair
from shapecalc.formats.source.notes import Frame
from shapecalc.formats.source.programs import Source
from shapecalc.formats.source.values import LayerObject


def repairs_of_callers(source: Source, module: LayerObject, name: str, value: int) -> Iterator[Repair]:
    """Another value of an argument of a layer, in the calls that hand it on to the function that makes the layer.

    Args:
        source: the program.
        module: the layer.
        name: its argument.
        value: what it should be.
    """
    call = module.place
    argument = argument_of(call, name, [*type(module.known()).fields]) if isinstance(call, ast.Call) else None
    for place in places_of(source, argument, module.frame, module.file):
        if place is not argument and source.segment(place) != str(value):
            yield replacement(source, place, str(value))


def places_of(source: Source, argument: ast.expr | None, frame: Frame | None, file: str) -> Iterator[ast.expr]:
    """An expression, and those that the program hands on to it where it is a parameter: only those in the file itself.

    Args:
        source: the program.
        argument: the expression.
        frame: the call of a function in which it stands.
        file: the file in which it stands.
    """
    if argument is not None and file == source.path:
        yield argument
    while frame is not None and isinstance(argument, ast.Name):
        argument = _handed_on(frame, argument.id)
        if argument is not None and frame.file == source.path:
            yield argument
        frame = frame.outer


def _handed_on(frame: Frame, name: str) -> ast.expr | None:
    """The expression that a call gives for a parameter of the function that it calls; None where it gives none."""
    signature = frame.function.node.args
    parameters = [each.arg for each in (*signature.posonlyargs, *signature.args)]
    if frame.function.owner is not None:
        parameters = parameters[1:]  # the object itself
    if name not in (*parameters, *[each.arg for each in signature.kwonlyargs]):
        return None
    call = frame.place
    return argument_of(call, name, [*parameters, name]) if isinstance(call, ast.Call) else None
