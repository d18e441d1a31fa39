"""Changes of the source that may mend a mistake, one function for each kind; the search for repairs tries them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Any

from shapecalc.algebra import Int, product
from shapecalc.algebra.expr import Binary, FloorDiv, Minus, Plus, Times
from shapecalc.algebra.names import names_in
from shapecalc.checking.verdict import Repair
from shapecalc.formats.source.faults import Fault
from shapecalc.formats.source.messages import wanted
from shapecalc.formats.source.networks import FollowedNetwork
from shapecalc.formats.source.programs import Source, parse
from shapecalc.formats.source.values import LayerObject
from shapecalc.layers import Shape

#: How many of the layers that ran last may be at fault for what another one refuses.
PRODUCERS = 3

#: How unlikely a kind of mistake is beside the others, in tenths: with two layers that take what one gives, or a view
#: and a layer, that layer is the odd one and not they.
TYPO, VIEW, CONSUMER, PRODUCER = 1, 5, 10, 19


def proposals(source: Source, reading: FollowedNetwork) -> Iterator[tuple[int, Repair]]:
    """The changes that may mend what a reading stops at, or the view that breaks its batch, each with its cost."""
    fault = reading.failure
    if not isinstance(fault, Fault):
        fold = reading.run.folds[-1]
        if fold.file == source.path:
            yield from _each(VIEW, _of_view(source, fold.place, fold.before))
        return
    if fault.file in ("", source.path):
        yield from _each(TYPO, _of_name(source, fault))
        if _is_view(fault):
            yield from _each(VIEW, _of_view(source, fault.place, fault.shapes[0]))
    yield from _each(VIEW, _flattened(source, fault, reading))
    yield from _each(CONSUMER, _of_consumer(source, fault, reading))
    yield from _each(PRODUCER, _of_producers(source, fault, reading))


def _each(cost: int, repairs: Iterator[Repair]) -> Iterator[tuple[int, Repair]]:
    return ((cost, repair) for repair in repairs)


def _is_view(fault: Fault) -> bool:
    """Whether a view is refused: the shapes are then that of the tensor and the asked one."""
    return fault.module is None and len(fault.shapes) == 2


def _of_name(source: Source, fault: Fault) -> Iterator[Repair]:
    """The name that was likely meant."""
    wrong, meant = fault.typo or ("", ())
    for right in meant:
        yield from _renamed(source, fault.place, wrong, right)


def _renamed(source: Source, place: ast.AST, wrong: str, right: str) -> Iterator[Repair]:
    """Another name in an expression: a variable, an attribute, the name of an argument, a key."""
    match place:
        case ast.Name():
            yield replacement(source, place, right)
        case ast.Attribute(value=value):
            owner = source.segment(value)
            yield replacement(source, place, f"{owner}.{right}")
        case ast.Subscript(slice=ast.Constant() as key):
            text = source.segment(key)
            yield replacement(source, key, text.replace(wrong, right))
        case ast.Call(keywords=keywords):
            for keyword in keywords:
                if keyword.arg == wrong:
                    yield replacement(source, keyword, f"{right}={source.segment(keyword.value)}")


def _of_view(source: Source, place: ast.AST, shape: Shape) -> Iterator[Repair]:
    """As many features as an example has, where a view keeps the batch and joins the rest."""
    match place:
        case ast.Call(func=ast.Attribute(attr="view" | "reshape"), args=[_, ast.expr() as features], keywords=[]):
            count = product(shape[1:])
            if isinstance(count, int):
                yield replacement(source, features, str(count))


def _of_consumer(source: Source, fault: Fault, reading: FollowedNetwork) -> Iterator[Repair]:
    """The count of channels or features that the layer gets."""
    module = fault.module
    if isinstance(module, LayerObject) and module.layer is not None:
        for name, count in wanted(module, fault.shapes).items():
            for repair in argument_repairs(source, module, name, count):
                yield replace(repair, new=_as_product(repair.old, repair.new, reading))


def _as_product(old: str, new: str, reading: FollowedNetwork) -> str:
    """A count as the product of what is flattened, where the program writes one of as many numbers."""
    factors = old.split("*")
    if len(factors) > 1 and all(factor.strip().isdigit() for factor in factors):
        for call in reversed(reading.run.calls):
            sizes = [*map(str, call.output[1:])]
            if len(sizes) == len(factors) and str(product(call.output[1:])) == new:
                return " * ".join(sizes)
    return new


def _flattened(source: Source, fault: Fault, reading: FollowedNetwork) -> Iterator[Repair]:
    """A Flatten in front of a Linear that gets the map of an image, or of a sequence that has as many values."""
    module = fault.module
    if not isinstance(module, LayerObject) or module.type != "Linear" or not fault.shapes:
        return
    shape = fault.shapes[0]
    if len(shape) < 2 or (len(shape) == 2 and product(shape) != module.known().values["in_features"]):
        return
    in_chain = reading.names.get(id(module), "").rpartition(".")[2].isdigit()
    if in_chain and isinstance(module.place, ast.Call) and module.file == source.path:
        text = source.segment(module.place)
        yield replacement(source, module.place, f"nn.Flatten(), {text}")
    match fault.place:
        case ast.Call(args=[ast.expr() as value]) if fault.file in ("", source.path):
            text = source.segment(value)
            plain = isinstance(value, ast.Name | ast.Call | ast.Attribute)
            yield replacement(source, value, f"{text if plain else f'({text})'}.flatten(1)")


def _of_producers(source: Source, fault: Fault, reading: FollowedNetwork) -> Iterator[Repair]:
    """Another count of channels, or a padding that keeps the size, in the layers that ran last."""
    wanted = list(_ratios(fault))
    for call in reversed(reading.run.calls[-PRODUCERS:]):
        values = call.module.known().values
        for name in ("out_channels", "out_features", "hidden_size", "embedding_dim"):
            count = values.get(name)
            for above, below in wanted:
                if isinstance(count, int) and count * above % below == 0 and above != below:
                    yield from argument_repairs(source, call.module, name, count * above // below)
        if fault.module is None and not fault.shapes and "padding" in values:
            yield from _same_size(source, call.module)


def _ratios(fault: Fault) -> Iterator[tuple[int, int]]:
    """By how much what a layer gets must grow so that it has what it takes."""
    module = fault.module
    if isinstance(module, LayerObject) and module.layer is not None:
        for name, count in wanted(module, fault.shapes).items():
            takes = module.known().values[name]
            if isinstance(takes, int) and isinstance(count, int) and count > 0:
                yield takes, count
    elif _is_view(fault):
        count, asked = (product(shape[1:]) for shape in fault.shapes)
        if isinstance(asked, int) and isinstance(count, int) and count > 0 < asked:
            yield asked, count


def _same_size(source: Source, module: LayerObject) -> Iterator[Repair]:
    """The padding with which a convolution of stride 1 keeps the size of its input."""
    kernel, dilation = (module.known().values.get(name) for name in ("kernel_size", "dilation"))
    sizes = kernel if isinstance(kernel, tuple) else (kernel,)
    steps = dilation if isinstance(dilation, tuple) else (dilation,)
    if all(isinstance(each, int) for each in (*sizes, *steps)) and len({*sizes}) == 1 and sizes[0] % 2:
        yield from argument_repairs(source, module, "padding", steps[0] * (sizes[0] - 1) // 2)


def argument_repairs(source: Source, module: LayerObject, name: str, value: Int) -> Iterator[Repair]:
    """Another value of an argument in the call that makes a layer."""
    call = module.place
    if not isinstance(call, ast.Call) or module.file != source.path or not _is_visible(source, call, value):
        return
    new = python_text(value)
    argument = argument_of(call, name, [*type(module.known()).fields])
    if argument is not None:
        if source.segment(argument) != new:
            yield replacement(source, argument, new)
    elif not any(isinstance(each, ast.Starred) for each in call.args):
        text = source.segment(call)
        yield replacement(source, call, f"{text.rstrip().removesuffix(')')}, {name}={new})")


def python_text(size: Int) -> str:
    """A size as Python writes it."""
    match size:
        case Plus(left, right):
            return f"{python_text(left)} + {python_text(right)}"
        case Minus(left, right):
            return f"{python_text(left)} - {_grouped(right, Plus | Minus)}"
        case Times(left, right):
            return f"{_grouped(left, Plus | Minus | FloorDiv)} * {_grouped(right, Plus | Minus | FloorDiv)}"
        case FloorDiv(left, right):
            return f"{_grouped(left, Plus | Minus)} // {_grouped(right, Binary)}"
    return str(size)


def _grouped(size: Int, kinds: Any) -> str:
    """A part of an expression, in brackets where it is one of those kinds."""
    return f"({python_text(size)})" if isinstance(size, kinds) else python_text(size)


def _is_visible(source: Source, call: ast.Call, value: Int) -> bool:
    """Whether a size is a number, or an expression of arguments of the function in which a call stands."""
    if isinstance(value, int):
        return True
    if not python_text(value).isascii() or "max(" in python_text(value) or "min(" in python_text(value):
        return False
    functions = [each for each in ast.walk(parse(source)) if isinstance(each, ast.FunctionDef)]
    around = [each for each in functions if each.lineno <= call.lineno <= (each.end_lineno or 0)]
    arguments = {each.arg for each in around[-1].args.args} if around else set()
    return {letter.name for letter in names_in(value)} <= arguments


def argument_of(call: ast.Call, name: str, names: list[str]) -> ast.expr | None:
    """The expression of an argument in a call."""
    for keyword in call.keywords:
        if keyword.arg == name:
            return keyword.value
    place = names.index(name)
    if any(isinstance(each, ast.Starred) for each in call.args) or place >= len(call.args):
        return None
    return call.args[place]


def replacement(source: Source, node: ast.expr | ast.keyword, new: str) -> Repair:
    """Another text in the place of an expression."""
    old = source.segment(node)
    return Repair(node.lineno, _characters(source, node) + 1, old, new)


def swapped_arguments(source: Source, first: ast.expr | None, second: ast.expr | None) -> Iterator[Repair]:
    """Two expressions of a line in each other's place, with what stands between them."""
    if first is None or second is None or first.lineno != second.end_lineno:
        return
    line = source.text.split("\n")[first.lineno - 1].encode()
    ends = (first.col_offset, first.end_col_offset or 0, second.col_offset, second.end_col_offset or 0)
    left, middle, right = [line[start:end].decode(errors="replace") for start, end in pairwise(ends)]
    yield Repair(first.lineno, _characters(source, first) + 1, f"{left}{middle}{right}", f"{right}{middle}{left}")


def _characters(source: Source, node: ast.expr | ast.keyword) -> int:
    """The column of an expression in characters; the syntax tree counts bytes."""
    line = source.text.split("\n")[node.lineno - 1]
    return len(line.encode()[: node.col_offset].decode(errors="replace"))
