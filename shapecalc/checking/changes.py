"""Every change of the source that may mend a mistake, with its cost; those for tensors that do not fit each other."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator

from shapecalc.checking.callers import repairs_of_callers
from shapecalc.checking.proposals import (
    CONSUMER,
    PRODUCER,
    VIEW,
    argument_of,
    argument_repairs,
    proposals,
    replacement,
    swapped_arguments,
)
from shapecalc.checking.reshaping import reshapings, spread_views
from shapecalc.checking.rewriting import WidthChange, expression_repairs, of_makings, of_producers, producers
from shapecalc.checking.verdict import Repair
from shapecalc.errors import ShapecalcError
from shapecalc.formats.source.faults import Fault, different_sizes
from shapecalc.formats.source.messages import wanted
from shapecalc.formats.source.networks import FollowedNetwork
from shapecalc.formats.source.origins import Operation, Origin, Unfollowed
from shapecalc.formats.source.programs import Source, parse
from shapecalc.formats.source.values import BATCH, LayerObject, Tensor
from shapecalc.layers import Shape

#: How far back from a tensor its makers are sought.
FURTHEST = 12
#: The paddings that are tried.
PADDINGS = range(12)
#: The arguments that count what comes out of a layer.
_WIDTHS = ("out_channels", "out_features", "hidden_size", "embedding_dim")


def changes(source: Source, reading: FollowedNetwork) -> Iterator[tuple[int, Repair]]:
    """The changes that may mend what a reading stops at, each with what it costs: the likelier, the less."""
    fault = reading.failure
    if isinstance(fault, Fault):
        if fault.file in ("", source.path):
            yield from ((VIEW, repair) for repair in _called(source, fault))
            yield from ((VIEW, repair) for repair in _unpacked(source, fault))
        yield from ((VIEW, repair) for repair in _of_flattened_batch(source, fault))
        yield from ((VIEW, repair) for repair in _batch_first(source, fault))
        yield from ((VIEW, repair) for repair in _swapped(source, reading))
        yield from ((VIEW, repair) for repair in reshapings(source, fault, reading))
        yield from ((CONSUMER, repair) for repair in _of_callers(source, fault))
        yield from ((CONSUMER, repair) for repair in _of_makers(source, reading, fault))
    yield from proposals(source, reading)
    if isinstance(fault, Fault):
        yield from ((CONSUMER + 1, repair) for repair in _of_expressions(source, fault))
        yield from _of_sizes(source, fault)
        yield from ((PRODUCER + 1, repair) for repair in spread_views(source, fault))


def _of_sizes(source: Source, fault: Fault) -> Iterator[tuple[int, Repair]]:
    """Other expressions of the sizes that do not fit, where layers and tensors are made, or handed on."""
    module = fault.module
    if isinstance(module, LayerObject) and module.layer is not None:
        for name, count in wanted(module, fault.shapes).items():
            takes = module.known().values[name]
            if isinstance(takes, int) and isinstance(count, int) and count > 0:
                texts = expression_repairs(source, module, name, WidthChange(takes, count))
                yield from ((CONSUMER + 2, repair) for repair in texts)
                makers = producers(iter(fault.tensors[:1]))
                yield from (
                    (PRODUCER + cost, repair)
                    for cost, repair in of_producers(source, makers, WidthChange(count, takes))
                )
    pairs = [*different_sizes(fault)]
    yield from ((CONSUMER, repair) for repair in of_makings(source, fault, dict(pairs)))
    if module is None and len(fault.tensors) == 2:
        for tensor, (present, needed) in ((fault.tensors[place % 2], pair) for place, pair in enumerate(pairs)):
            makers = producers(iter((tensor,)))
            yield from (
                (CONSUMER + 1 + cost, repair)
                for cost, repair in of_producers(source, makers, WidthChange(present, needed))
            )


def _called(source: Source, fault: Fault) -> Iterator[Repair]:
    """A class of a layer called, where a Sequential gets the class itself."""
    if fault.code == "sequential" and isinstance(fault.place, ast.Name | ast.Attribute):
        yield replacement(source, fault.place, f"{source.segment(fault.place)}()")


def _unpacked(source: Source, fault: Fault) -> Iterator[Repair]:
    """A second name for what a recurrent layer gives besides its output, where the pair is taken for a tensor."""
    match fault.place:
        case ast.Subscript(value=ast.Name(name)) | ast.Call(args=[ast.Name(name)]) if fault.code == "type":
            line = fault.place.lineno
            assignments = [
                entry
                for entry in ast.walk(parse(source))
                if isinstance(entry, ast.Assign) and entry.lineno < line and isinstance(entry.value, ast.Call)
            ]
            targets = [entry.targets[0] for entry in assignments if len(entry.targets) == 1]
            named = [entry for entry in targets if isinstance(entry, ast.Name) and entry.id == name]
            if named:
                yield replacement(source, max(named, key=lambda entry: entry.lineno), f"{name}, _")


def _batch_first(source: Source, fault: Fault) -> Iterator[Repair]:
    """The batch as the first dimension of a layer of sequences."""
    module = fault.module
    if isinstance(module, LayerObject) and module.layer is not None and module.layer.values.get("batch_first") is False:
        yield from argument_repairs(source, module, "batch_first", True)


def _swapped(source: Source, reading: FollowedNetwork) -> Iterator[Repair]:
    """The kernel and the stride of a convolution that leaves out entries, the other way round."""
    modules = {id(call.module): call.module for call in reading.run.calls}
    for module in modules.values():
        values, call = module.known().values, module.place
        kernel, stride = values.get("kernel_size"), values.get("stride")
        pairs = [*zip(kernel, stride, strict=True)] if isinstance(kernel, tuple) and isinstance(stride, tuple) else []
        if not (isinstance(call, ast.Call) and pairs and all(size < step for size, step in pairs)):
            continue
        first, second = (argument_of(call, name, [*type(module.known()).fields]) for name in ("kernel_size", "stride"))
        if first in call.args and second in call.args and module.file == source.path:
            yield from swapped_arguments(source, first, second)


def _chain(origin: Origin) -> Iterator[Operation]:
    """The operations that make a tensor, the last first, each on the first input of the one behind it."""
    for _ in range(FURTHEST):
        if not isinstance(origin, Operation):
            return
        yield origin
        origin = origin.inputs[0]


def _of_flattened_batch(source: Source, fault: Fault) -> Iterator[Repair]:
    """A flatten that leaves the batch alone."""
    for tensor in fault.tensors[:1]:
        for operation in _chain(tensor.origin):
            origin = operation.inputs[0]
            before = () if isinstance(origin, Unfollowed) else origin.shape
            joins = len(operation.shape) == 1 < len(before) and before[0] == BATCH != operation.shape[0]
            match operation.place:
                case ast.Call(func=ast.Attribute(attr="flatten"), args=args, keywords=[]) as call if joins:
                    is_function = len(args) == 1
                    text = source.segment(call).rstrip().removesuffix(")")
                    if operation.file == source.path and len(args) < 2:
                        yield replacement(source, call, f"{text}, 1)" if is_function else f"{text}1)")


def _of_callers(source: Source, fault: Fault) -> Iterator[Repair]:
    """The count that a layer gets, in the call that hands it on."""
    module = fault.module
    if isinstance(module, LayerObject) and module.layer is not None:
        for name, count in wanted(module, fault.shapes).items():
            if isinstance(count, int):
                yield from repairs_of_callers(source, module, name, count)


def _of_makers(source: Source, reading: FollowedNetwork, fault: Fault) -> Iterator[Repair]:
    """Another width, or another padding, of the layers whose outputs do not fit each other."""
    if fault.module is not None or len(fault.tensors) < 2:
        return
    shapes = [tensor.shape or () for tensor in fault.tensors]
    if len({len(shape) for shape in shapes}) > 1:
        return
    usual = tuple([Counter(sizes).most_common(1)[0][0] for sizes in zip(*shapes, strict=True)])
    odd = [tensor for tensor in fault.tensors if tensor.shape != usual]
    targets = [(tensor, usual) for tensor in odd]
    if len(shapes) == 2:
        targets = [(tensor, other) for tensor, other in zip(fault.tensors, reversed(shapes), strict=True)]
    for tensor, target in sorted(targets, key=lambda pair: -_number(pair[0])):
        yield from _of_maker(source, reading, tensor, target)


def _number(tensor: Tensor) -> int:
    """The place of what makes a tensor in the order in which the program runs."""
    return tensor.origin.number if isinstance(tensor.origin, Operation) else 0


def _of_maker(source: Source, reading: FollowedNetwork, tensor: Tensor, target: Shape) -> Iterator[Repair]:
    """Changes of the layer behind a tensor after which it has another shape."""
    shape = tensor.shape or ()
    module, before = _maker(reading, tensor)
    if module is None:
        return
    width = next(name for name in _WIDTHS if name in module.known().values)
    dim = 1 if width == "out_channels" else len(shape) - 1
    size = target[dim]
    if shape[dim] != size and isinstance(size, int):
        yield from repairs_of_callers(source, module, width, size)
        yield from argument_repairs(source, module, width, size)
    elif width == "out_channels" and shape[2:] != target[2:]:
        yield from _resized(source, module, before, target)


def _maker(reading: FollowedNetwork, tensor: Tensor) -> tuple[LayerObject | None, Shape]:
    """The layer that settles how wide a tensor is, and what it reads; else the last one with that output."""
    calls = {id(call.module): call for call in reading.run.calls}
    made = [entry.module for entry in _chain(tensor.origin) if entry.module is not None]
    alike = [call.module for call in reversed(reading.run.calls) if call.output == tensor.shape]
    for module in (*made, *alike):
        if id(module) in calls and not module.known().values.keys().isdisjoint(_WIDTHS):
            return module, calls[id(module)].input
    return None, ()


def _resized(source: Source, module: LayerObject, before: Shape, target: Shape) -> Iterator[Repair]:
    """The padding with which a convolution gives as large maps as are asked for."""
    layer, shape = module.known(), before[1:]
    strides = layer.values.get("stride")
    output = type(layer)(**layer.values).accept((shape,)).output_shape((shape,))
    ratios = {divmod(size, needed) for size, needed in zip(output[1:], target[2:], strict=False)
              if isinstance(size, int) and isinstance(needed, int) and needed}  # fmt: skip
    if len(ratios) == 1 and isinstance(strides, tuple) and len({*strides}) == 1 and (ratio := ratios.pop())[1] == 0:
        yield from argument_repairs(source, module, "stride", strides[0] * ratio[0])
    names = ("output_padding", "padding") if "output_padding" in layer.values else ("padding",)
    for name in names:
        for number in PADDINGS:
            try:
                size = type(layer)(**{**layer.values, name: number}).accept((shape,)).output_shape((shape,))
            except ShapecalcError:
                continue
            if size[1:] == target[2:]:
                yield from argument_repairs(source, module, name, number)
                return


def _of_expressions(source: Source, fault: Fault) -> Iterator[Repair]:
    """The expression of the layer before for what it gives, where a number would not do in a loop."""
    module = fault.module
    if not isinstance(module, LayerObject) or module.layer is None or not isinstance(module.place, ast.Call):
        return
    maker = next(
        (entry.module for tensor in fault.tensors[:1] for entry in _chain(tensor.origin) if entry.module), None
    )
    if maker is None or maker.layer is None or not isinstance(maker.place, ast.Call) or maker.frame is not module.frame:
        return
    for name, count in wanted(module, fault.shapes).items():
        argument = argument_of(module.place, name, [*type(module.layer).fields])
        for width in _WIDTHS:
            given = maker.layer.values.get(width)
            written = argument_of(maker.place, width, [*type(maker.layer).fields]) if given == count else None
            if argument is not None and written is not None and module.file == source.path == maker.file:
                yield replacement(source, argument, source.segment(written))
